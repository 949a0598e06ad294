package com.example.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.AzuriteServer;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.MqttBroker;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.SqsServer;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The destinations on servers of their own, in an application without our program. */
@ExtendWith(AwsCredentials.class)
class PlainDestinationsIT {

    @TempDir
    Path data;

    private final PlainApplication application = new PlainApplication();

    @Test
    void aBucketGetsTheResultAndBothCopiesOfTheImage() throws Exception {
        try (S3Server s3 = new S3Server(data).start()) {
            s3.client().createBucket(request -> request.bucket("images"));
            application.set("s3.overrideEndpoint", "true");
            application.set("s3.endpoint", s3.address());
            application.set("s3.forcePathStyle", "true");
            application.send("kamelet:s3?bucket=images&prefix=gears/&image=true&annotated=true");

            assertThat(s3.keys("images")).containsExactlyInAnyOrder("gears/line 1/gears.jpg",
                    "gears/line 1/gears.jpg.annotated.jpg", "gears/line 1/gears.jpg.json");
            PlainApplication.assertGear(s3.read("images", "gears/line 1/gears.jpg.json"));
        }
    }

    @Test
    void aContainerGetsTheResultAndBothCopiesOfTheImage() throws Exception {
        AzuriteServer azure = AzuriteServer.shared();
        String container = "plain-" + UUID.randomUUID();
        application.set("azure.connectionString", azure.connectionString());

        assertThatThrownBy(() -> application.send("kamelet:azure?container=" + container)).satisfies(failure -> {
            assertThat(FailureClassifier.describe(failure)).endsWith("make the container, or correct its name in the route");
            PlainApplication.assertTellsNothingOfTheProgram(failure);
        });
        azure.createBucket(container);
        application.send("kamelet:azure?container=" + container + "&prefix=gears/&image=true&annotated=true");

        assertThat(azure.keys(container)).containsExactlyInAnyOrder("gears/line 1/gears.jpg",
                "gears/line 1/gears.jpg.annotated.jpg", "gears/line 1/gears.jpg.json");
        PlainApplication.assertGear(azure.read(container, "gears/line 1/gears.jpg.json"));
    }

    /** It was told to correct files of the shipped program. */
    @Test
    void aBucketThatIsNotThereIsReportedWithoutFilesOfTheProgram() throws Exception {
        try (S3Server s3 = new S3Server(data).start()) {
            application.set("s3.overrideEndpoint", "true");
            application.set("s3.endpoint", s3.address());
            application.set("s3.forcePathStyle", "true");

            assertThatThrownBy(() -> application.send("kamelet:s3?bucket=nowhere")).satisfies(failure -> {
                assertThat(FailureClassifier.describe(failure)).endsWith("make the bucket, or correct its name in the route");
                PlainApplication.assertTellsNothingOfTheProgram(failure);
            });
        }
    }

    @Test
    void aTopicOfKafkaGetsTheResult() throws Exception {
        try (KafkaServer kafka = new KafkaServer(data).start()) {
            kafka.createTopic("gears");
            application.set("kafka.brokers", kafka.address());
            application.send("kamelet:kafka?topic=gears");

            assertThat(kafka.records("gears")).hasSize(1);
            PlainApplication.assertGear(kafka.records("gears").get(0).value());
        }
    }

    @Test
    void aQueueOfSqsGetsTheResult() throws Exception {
        try (SqsServer sqs = new SqsServer(data).start()) {
            sqs.client().createQueue(request -> request.queueName("gears"));
            application.set("sqs.queues", sqs.queues());
            application.set("sqs.overrideEndpoint", "true");
            application.set("sqs.endpoint", sqs.address());
            application.send("kamelet:sqs?queue=gears");

            assertThat(sqs.receive("gears")).singleElement()
                    .satisfies(message -> PlainApplication.assertGear(message.body()));
        }
    }

    @Test
    void aTopicOfMqttGetsTheResult() throws Exception {
        try (MqttBroker broker = new MqttBroker(data).start()) {
            List<Mqtt5Publish> read = broker.read("gears");
            application.set("mqtt.broker", broker.address());
            application.send("kamelet:mqtt?topic=gears");

            await().until(() -> read.size() == 1);
            PlainApplication.assertGear(MqttBroker.text(read.get(0)));
        }
    }
}
