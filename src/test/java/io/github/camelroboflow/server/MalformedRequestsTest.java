package io.github.camelroboflow.server;

import static io.github.camelroboflow.server.LimitedServer.TEXT;
import static io.github.camelroboflow.server.LimitedServer.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed and oversized requests, over a socket. */
class MalformedRequestsTest {

    private final LimitedServer server = new LimitedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /info HTTP/1.1\r\n\r\n",
                            "\u0001\u0002\u0003\r\n\r\n", "GET\r\n\r\n", "GET /info HTTP/9.9\r\nHost: localhost\r\n\r\n",
                            "GET /info FTP/1.1\r\nHost: localhost\r\n\r\n",
                            "GET /info HTTP/1.1\r\nHost: localhost\r\nbroken\r\n\r\n", "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n",
                            "POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: abc\r\n\r\n",
                            "POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                            "POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
                            "POST /parts/1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"})
    void aMalformedRequestIsAClientsErrorWithoutDetailsOfTheProgram(String sent) throws IOException {
        int port = server.startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send(sent);
            Wire.Response response;
            try {
                response = wire.receive(false);
            } catch (RuntimeException e) {
                // the server may also end the connection without an answer
                response = null;
            }
            if (response != null) {
                assertThat(response.status()).isNotEqualTo(200);
                assertThat(response.text()).doesNotContain("org.apache").doesNotContain("Exception").doesNotContain("java.");
            }
        }
        assertThat(post(port, "").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked",
                            "1.1\r\nHost: localhost\r\nContent-Length: +18", "1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked",
                            "1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked",
                            "1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity"})
    void aClientWhoseRequestHasAnUnclearEndIsDisconnected(String head) throws IOException {
        int port = server.startWithRequests(5);
        try (Wire wire = new Wire(port)) {
            wire.send("POST /parts/1 HTTP/" + head + "\r\n\r\n8\r\naGVsbG8=\r\n0\r\n\r\nGET /info HTTP/1.1\r\nHost:"
                    + " localhost\r\n\r\n");

            assertThat(wire.ends()).isTrue();
        }
    }

    @Test
    void aHeadThatIsTooLargeIsRefused() throws IOException {
        int port = server.startWithRequests(5);
        assertThat(Wire.ask(port, "GET", "/info?" + "a".repeat(9000), TEXT, null).status()).isEqualTo(431);
        assertThat(Wire.ask(port, "GET", "/info", "X: y,".repeat(150).split(","), null).status()).isEqualTo(431);
        assertThat(post(port, "").status()).isEqualTo(200);
    }
}
