package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.SqsServer;
import io.github.camelroboflow.app.fixture.WebhookServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A service that is down, or has no such bucket, queue or topic, holds up neither the images nor the other services. */
@ExtendWith(AwsCredentials.class)
class DestinationOutagesIT {

    @TempDir
    Path data;

    private static HealthCheck.Result health(WatchedFolder folder) {
        return HealthCheckRegistry.get(folder.context()).getCheck("outbox").orElseThrow().callReadiness();
    }

    @Test
    void imagesAreDoneWhileAllServicesAreDownAndEachGetsItsResultsWhenItIsBack() throws Exception {
        RoutingTable table = new RoutingTable()
                .when("*", "kamelet:queue?name=all", "kamelet:kafka?topic=all", "kamelet:sqs?queue=all",
                "kamelet:s3?bucket=all&image=true", "kamelet:webhook?url={{receiver}}/hook");
        try (Broker broker = Broker.activeMq(); WebhookServer receiver = new WebhookServer();
             WatchedFolder folder = new WatchedFolder(data).with(table)
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear")))
                     .with("s3.overrideEndpoint", "true").with("s3.endpoint", "http://127.0.0.1:" + FreePorts.free())
                     .with("queue.broker", broker.address()).with("queue.password", "s3cret")
                     .with("kafka.brokers", "127.0.0.1:" + FreePorts.free()).with("kafka.timeout", "500")
                     .with("sqs.overrideEndpoint", "true").with("sqs.endpoint", "http://127.0.0.1:" + FreePorts.free())
                     .with("receiver", receiver.address()).start()) {
            IntStream.range(0, 20).forEach(i -> folder.drop(new byte[] {1}, i + ".jpg"));

            await().until(() -> folder.files("done").size() == 20);
            assertThat(folder.files("failed")).isEmpty();
            await().untilAsserted(() -> assertThat(health(folder).getMessage().orElse(""))
                    .contains("jms:queue:all is down", "kafka:all is down", "aws2-sqs:all is down",
                            "aws2-s3:all is down", "http:"));

            broker.start();
            receiver.start();

            await().until(() -> broker.messages("all").size() == 20 && receiver.received().size() == 20);
            await().untilAsserted(() -> assertThat(health(folder).getMessage().orElse(""))
                    .contains("kafka:all is down", "aws2-sqs:all is down", "aws2-s3:all is down").doesNotContain("jms:", "http:"));
        }
    }

    @Test
    void whatIsMissingIsToldWithWhatToDoAndWaitedFor() throws Exception {
        RoutingTable table = new RoutingTable()
                .when("*", "kamelet:kafka?topic=all", "kamelet:sqs?queue=all", "kamelet:s3?bucket=all");
        try (S3Server s3 = new S3Server(data).start(); KafkaServer kafka = new KafkaServer(data).start();
             SqsServer sqs = new SqsServer(data).start();
             WatchedFolder folder = new WatchedFolder(data).with(table)
                     .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear")))
                     .with("s3.overrideEndpoint", "true").with("s3.endpoint", s3.address()).with("s3.forcePathStyle", "true")
                     .with("kafka.brokers", kafka.address()).with("kafka.timeout", "1000").with("sqs.overrideEndpoint", "true")
                     .with("sqs.endpoint", sqs.address()).with("sqs.queues", sqs.queues()).start()) {
            folder.drop(new byte[] {1}, "a.jpg");

            await().until(() -> folder.files("done").size() == 1);
            await().untilAsserted(() -> assertThat(health(folder).getMessage().orElse(""))
                    .contains("is there such a topic?", "make the queue", "make the bucket"));

            kafka.createTopic("all");
            sqs.client().createQueue(request -> request.queueName("all"));
            s3.client().createBucket(request -> request.bucket("all"));

            // a record that is acknowledged too late on a busy machine is sent again
            await().until(() -> !kafka.records("all").isEmpty() && s3.keys("all").size() == 1);
            await().until(() -> !sqs.receive("all").isEmpty());
            await().until(() -> health(folder).getState() == HealthCheck.State.UP);
        }
    }

    /** Outbox messages were sent to the wrong address for a day, and then given up. */
    @Test
    void whatWaitsFollowsAnAddressThatIsCorrected() throws Exception {
        RoutingTable table = new RoutingTable()
                .when("*", "kamelet:kafka?topic=all", "kamelet:sqs?queue=all", "kamelet:s3?bucket=all");
        String wrong = "127.0.0.1:" + FreePorts.free();
        try (S3Server s3 = new S3Server(data).start(); KafkaServer kafka = new KafkaServer(data).start();
             SqsServer sqs = new SqsServer(data).start()) {
            kafka.createTopic("all");
            sqs.client().createQueue(request -> request.queueName("all"));
            s3.client().createBucket(request -> request.bucket("all"));
            try (WatchedFolder folder = waiting(table).with("s3.endpoint", "http://" + wrong).with("kafka.brokers", wrong)
                    .with("sqs.endpoint", "http://" + wrong).with("sqs.queues", "http://" + wrong + "/").start()) {
                folder.drop(new byte[] {1}, "a.jpg");
                await().until(() -> folder.files("done").size() == 1);
            }
            try (WatchedFolder folder = waiting(table).with("s3.endpoint", s3.address()).with("kafka.brokers", kafka.address())
                    .with("sqs.endpoint", sqs.address()).with("sqs.queues", sqs.queues()).start()) {
                await().until(() -> s3.keys("all").size() == 1);
                await().until(() -> !kafka.records("all").isEmpty());
                await().until(() -> !sqs.receive("all").isEmpty());
            }
        }
    }

    private WatchedFolder waiting(RoutingTable table) {
        return new WatchedFolder(data).with(table).with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear")))
                .with("s3.overrideEndpoint", "true").with("s3.forcePathStyle", "true").with("sqs.overrideEndpoint", "true")
                .with("kafka.timeout", "1000");
    }

    @Test
    void aStopAndAStartTellHowManyResultsWait() throws Exception {
        Map<String, String> properties = Map.of("camel.main.routesIncludePattern", "file:routes/watch-folder.camel.yaml,file:"
                + new RoutingTable().when("gear", "kamelet:webhook?url=http://127.0.0.1:" + FreePorts.free() + "/hook")
                .write(data), "inbox.unchangedFor", "0");
        WatchedFolder folder = new WatchedFolder(data);
        Files.createDirectories(data.resolve("inbox"));
        folder.drop("gears.jpg", "a.jpg");
        folder.drop("gears.jpg", "b.jpg");
        try (ProgramProcess program = ProgramProcess.start(data, properties)) {
            await().until(() -> folder.files("done").size() == 2);
            program.interrupt();
            program.exitCode();
            assertThat(program.output()).contains("Stopped; 2 results wait in the outbox and are sent at the next start");
        }
        try (ProgramProcess program = ProgramProcess.start(data, properties)) {
            await().until(() -> program.output().contains("images   end in"));
            assertThat(program.output()).contains("outbox   2 results wait to be sent");
        }
    }

    /** It waited for the next image that had something for the outbox, and was not even given up. */
    @Test
    void whatWaitedWasForgottenOnceNoClassWentToAService() throws Exception {
        try (WebhookServer receiver = new WebhookServer()) {
            RoutingTable toWebhook = new RoutingTable().when("*", "kamelet:webhook?url=" + receiver.address() + "/hook");
            try (WatchedFolder folder = new WatchedFolder(data).with(toWebhook)
                    .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).start()) {
                folder.drop(new byte[] {1}, "a.jpg");
                await().until(() -> folder.files("done").size() == 1);
            }

            receiver.start();
            try (WatchedFolder folder = new WatchedFolder(data).with(new RoutingTable().when("*", "kamelet:folder?name=all"))
                    .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "gear"))).start()) {
                await().until(() -> receiver.received().size() == 1);
            }
        }
    }
}
