package io.github.camelroboflow.delivery.scale.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.bucket.BucketMemory;
import io.github.camelroboflow.delivery.bucket.BucketSettings;
import io.github.camelroboflow.delivery.bucket.SharedObjects;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.bucket.s3.S3Store;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.scale.ImageReference.Kind;
import io.github.camelroboflow.delivery.scale.dispatch.DispatcherFixture;
import io.github.camelroboflow.delivery.scale.work.TopicReader.Message;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers with references to an object, which may be replaced since it was listed, as a camera replaces its last picture. */
@ExtendWith(AwsCredentials.class)
class ReferencedObjectIT {

    @TempDir
    Path data;
    private DispatcherFixture fixture;
    private S3Server s3;

    @BeforeEach
    void start() {
        fixture = new DispatcherFixture(data);
        s3 = new S3Server(data).start();
        s3.client().createBucket(request -> request.bucket("images"));
    }

    @AfterEach
    void stop() {
        s3.close();
        fixture.close();
    }

    /** Puts the image and returns its reference, as a dispatcher makes it after a listing. */
    private ImageReference dispatched(String content) {
        s3.put("images", "inbox/latest.jpg", content.getBytes());
        String etag = s3.client().headObject(request -> request.bucket("images").key("inbox/latest.jpg")).eTag().replace("\"", "");
        ImageReference reference = new ImageReference(UUID.randomUUID(), Kind.S3, "images", "inbox/latest.jpg", "latest.jpg",
                content.length(), etag, Instant.now(), 0);
        fixture.claims().claim(List.of(reference));
        return reference;
    }

    private static ReferenceJob job(ImageReference reference) {
        return new ReferenceJob(reference, new Message(new ConsumerRecord<>("images", 0, 0, "", new byte[0]), new OffsetLedger()));
    }

    /** A worker of its own, which stands still when it has begun. */
    private final class Worker implements ReferenceJobs.Flow, AutoCloseable {

        private final CamelContext context = new DefaultCamelContext();
        private final BucketInbox inbox;
        private final ReferenceJobs jobs;
        private Exchange begun;
        private Error error;
        private boolean held;

        Worker(String name) {
            BucketSettings settings = new BucketSettings("images", "inbox/", "done/", "failed/", BucketSettings.After.MOVE, 1000,
                    data.resolve(name), Integer.MAX_VALUE);
            inbox = new BucketInbox(settings, new S3Store(new S3Connection(new S3Settings("us-east-1", true, s3.address(), true)),
                    "images"), new ImageNameFilter("jpg", "", ""), new BucketMemory(null));
            inbox.setCamelContext(context);
            jobs = new ReferenceJobs(fixture.claims(), new ReferencedImages(fixture.folders(),
                    kind -> new SharedObjects(inbox, settings)), null, name, 3, ImageTally.of(context), this);
        }

        Exchange begin(ImageReference reference) {
            return begin(job(reference));
        }

        Exchange begin(ReferenceJob job) {
            jobs.work(job, new DefaultExchange(context));
            return begun;
        }

        @Override
        public void route(Exchange exchange, Runnable end) {
            if (error != null) {
                throw error;
            }
            begun = exchange;
        }

        @Override
        public void tell(Exchange exchange) {
            throw new AssertionError(exchange.getException());
        }

        @Override
        public long done() {
            return 0;
        }

        @Override
        public void end(ReferenceJob job) {
            // it has only one
        }

        @Override
        public void hold(ReferenceJob job, Duration pause, boolean withoutRoom) {
            held = true;
        }

        @Override
        public void close() {
            inbox.stop();
        }
    }

    @Test
    void anObjectIsTakenAgainAfterAnErrorOfTheRoute() {
        ReferenceJob job = job(dispatched("image"));
        try (Worker worker = new Worker("one")) {
            worker.error = new StackOverflowError();
            worker.begin(job);
            assertThat(worker.held).isTrue();
            worker.error = null;

            assertThat(worker.begin(job)).as("nobody has finished it").isNotNull();
            assertThat(fixture.outcomes()).containsExactly("open");
        }
    }

    @Test
    void anObjectThatReplacedAnotherIsDeliveredUnderOneId() throws Exception {
        ImageReference first = dispatched("first");
        ImageReference second = dispatched("second");
        try (Worker one = new Worker("one"); Worker other = new Worker("other")) {
            Exchange before = one.begin(first);
            Exchange after = other.begin(second);

            assertThat(Files.readString(before.getMessage().getBody(File.class).toPath())).isEqualTo("second");
            assertThat(Files.readString(after.getMessage().getBody(File.class).toPath())).isEqualTo("second");
            assertThat(before.getProperty(ContractNames.IMAGE_VERSION))
                    .as("the deliveries' ids are made of it").isEqualTo(after.getProperty(ContractNames.IMAGE_VERSION));
        }
    }
}
