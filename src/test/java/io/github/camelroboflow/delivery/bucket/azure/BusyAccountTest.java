package io.github.camelroboflow.delivery.bucket.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.github.camelroboflow.delivery.bucket.AnsweringServer;
import io.github.camelroboflow.delivery.bucket.azure.AzureConnection.AzureSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An account that answers the first request with an error that passes, and an error has a body. */
class BusyAccountTest {

    private final AtomicInteger requests = new AtomicInteger();
    @RegisterExtension
    private final AnsweringServer server = new AnsweringServer(this::answer);

    private void answer(HttpExchange exchange) throws IOException {
        boolean busy = requests.incrementAndGet() == 1;
        byte[] body = (busy ? "<Error><Code>ServerBusy</Code></Error>" : "image").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("ETag", "\"1\"");
        exchange.getResponseHeaders().add("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
        exchange.sendResponseHeaders(busy ? 503 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** The client read the body of the error twice, so the image failed with "This publisher has already one subscriber". */
    @Test
    void aDownloadIsTriedAgain() throws IOException {
        AzureConnection connection = new AzureConnection(new AzureSettings("AccountName=lines;AccountKey=a2V5;BlobEndpoint="
                + "http://127.0.0.1:" + server.port() + "/lines", "", "", ""));

        assertThat(new AzureStore(connection, "images").read("inbox/a.jpg")).hasValue("image".getBytes(StandardCharsets.UTF_8));
        assertThat(requests).hasValue(2);
    }
}
