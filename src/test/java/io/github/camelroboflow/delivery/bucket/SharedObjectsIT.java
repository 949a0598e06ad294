package io.github.camelroboflow.delivery.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.delivery.bucket.SharedObjects.SharedObject;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.bucket.s3.S3Store;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.inference.InvalidImageException;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker ends an image in the bucket, and ends it again if the table of claims was down right after. */
@ExtendWith(AwsCredentials.class)
class SharedObjectsIT {

    @TempDir
    Path data;
    private final CamelContext context = new DefaultCamelContext();
    private S3Server s3;
    private BucketInbox inbox;
    private SharedObjects objects;

    @BeforeEach
    void start() {
        s3 = new S3Server(data).start();
        s3.client().createBucket(request -> request.bucket("images"));
        S3Store store = new S3Store(new S3Connection(new S3Settings("us-east-1", true, s3.address(), true)), "images");
        BucketSettings settings = new BucketSettings("images", "inbox", "done", "failed", BucketSettings.After.MOVE, 1000,
                data.resolve("work"), Integer.MAX_VALUE);
        inbox = new BucketInbox(settings, store, new ImageNameFilter("jpg", "", ""), new BucketMemory(null));
        inbox.setCamelContext(context);
        objects = new SharedObjects(inbox, settings);
    }

    @AfterEach
    void stop() {
        inbox.stop();
        s3.close();
    }

    private SharedObject fetched(String content) throws IOException {
        s3.put("images", "inbox/a.jpg", content.getBytes());
        String etag = s3.client().headObject(request -> request.bucket("images").key("inbox/a.jpg")).eTag().replace("\"", "");
        SharedObject object = objects.find("images", "inbox/a.jpg", etag, content.length(), "a.jpg");
        assertThat(object.fetch(exchange())).isTrue();
        return object;
    }

    private Exchange exchange() {
        return new DefaultExchange(context);
    }

    private FailureReport report() {
        return FailureReport.of("a.jpg", new InvalidImageException("a.jpg is cut off"), 1, exchange());
    }

    @Test
    void anImageThatIsDoneAgainStaysDone() throws Exception {
        SharedObject object = fetched("image");
        object.done();

        assertThat(object.done().open()).isNotNull();
        assertThat(s3.keys("images")).containsExactly("done/a.jpg");
    }

    @Test
    void anImageThatFailsAgainAfterAnotherOfItsNameHasOneReport() throws Exception {
        fetched("another").failed(report());
        SharedObject object = fetched("image");
        object.failed(report());
        object.failed(report());

        assertThat(s3.keys("images")).hasSize(4).contains("failed/a.jpg", "failed/a.jpg.error.json");
    }
}
