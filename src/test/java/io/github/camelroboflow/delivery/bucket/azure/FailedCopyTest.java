package io.github.camelroboflow.delivery.bucket.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.github.camelroboflow.delivery.bucket.AnsweringServer;
import io.github.camelroboflow.delivery.bucket.azure.AzureConnection.AzureSettings;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A copy that Azure accepts, goes on with by itself, and fails. */
class FailedCopyTest {

    private final Queue<String> methods = new ConcurrentLinkedQueue<>();
    @RegisterExtension
    private final AnsweringServer server = new AnsweringServer(this::answer);

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        methods.add(exchange.getRequestMethod());
        boolean begins = exchange.getRequestMethod().equals("PUT");
        Map.of("x-ms-copy-id", "copy", "x-ms-copy-source", "http://127.0.0.1/account/images/inbox/a.jpg", "x-ms-copy-status",
                begins ? "pending" : "failed", "x-ms-copy-status-description", "500 InternalServerError", "x-ms-blob-type",
                "BlockBlob", "ETag", "\"0x1\"", "Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
                .forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(begins || exchange.getRequestMethod().equals("DELETE") ? 202 : 200, -1);
        exchange.close();
    }

    @Test
    void aCopyThatFailedLaterIsNoOtherObjectButAFailure() {
        AzureStore store = new AzureStore(new AzureConnection(new AzureSettings("AccountName=account;AccountKey=a2V5;BlobEndpoint="
                + "http://127.0.0.1:" + server.port() + "/account;", "", "", "")), "images");

        assertThatThrownBy(() -> store.copy("inbox/a.jpg", "0x0", "failed/a.jpg")).isInstanceOf(BucketException.class)
                .hasMessageContaining("inbox/a.jpg can't be copied").hasMessageContaining("failed, 500 InternalServerError");
        assertThat(methods).as("nothing half-copied stays").contains("DELETE");
    }
}
