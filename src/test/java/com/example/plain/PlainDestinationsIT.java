package com.example.plain;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.SqsServer;
import java.nio.file.Path;
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
}
