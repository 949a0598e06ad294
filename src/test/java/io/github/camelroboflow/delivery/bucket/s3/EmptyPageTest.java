package io.github.camelroboflow.delivery.bucket.s3;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.delivery.bucket.AnsweringServer;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Page;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server may return a page without objects although more follow: "fewer keys but never more" than requested. */
@ExtendWith(AwsCredentials.class)
class EmptyPageTest {

    private static final String EMPTY = "<IsTruncated>true</IsTruncated><NextContinuationToken>more</NextContinuationToken>";
    private static final String LAST = "<IsTruncated>false</IsTruncated><Contents><Key>inbox/a.jpg</Key>"
            + "<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"1\"</ETag><Size>1</Size></Contents>";

    @RegisterExtension
    private final AnsweringServer server = new AnsweringServer(EmptyPageTest::answer);

    private static void answer(HttpExchange exchange) throws IOException {
        boolean goesOn = exchange.getRequestURI().getQuery().contains("continuation-token=more");
        byte[] page = ("<ListBucketResult>" + (goesOn ? LAST : EMPTY) + "</ListBucketResult>").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, page.length);
        exchange.getResponseBody().write(page);
        exchange.close();
    }

    /** The same page was requested again at once, and for ever. */
    @Test
    void thePageAfterAnEmptyOneIsAskedFor() throws BucketException {
        S3Connection connection = new S3Connection(new S3Settings("us-east-1", true,
                "http://localhost:" + server.port(), true));
        try {
            Page page = new S3Store(connection, "images").list("inbox/", null);

            assertThat(page.objects()).extracting(BucketObject::key).containsExactly("inbox/a.jpg");
            assertThat(page.last()).isTrue();
        } finally {
            connection.close();
        }
    }
}
