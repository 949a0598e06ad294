package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server without keys answers programs on this machine, but not pages from elsewhere in browsers on it. */
class LoopbackAddressesTest {

    private static Wire.Response ask(ServerSettings.Keys keys, String method, String head) throws IOException {
        try (RoboflowServer server = RoboflowServer.start(ServerSettings.of("localhost", 0, keys), new FakeModels());
             Wire wire = new Wire(server.port())) {
            byte[] body = "aGVsbG8=".getBytes(StandardCharsets.US_ASCII);
            wire.send(method + " /parts/1?api_key=one HTTP/1.1\r\n" + head.replace("|", "\r\n")
                    + "\r\nContent-Length: " + body.length + "\r\n\r\n");
            wire.send(body);
            return wire.receive(false);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: localhost", "Host: LOCALHOST:9001", "Host: 127.0.0.1:9001", "Host: 127.1.2.3",
                            "Host: [::1]:9001", "Host: app.localhost", "Host: localhost|Origin: http://localhost:3000", "Host:",
                            "Host: localhost|Sec-Fetch-Site: cross-site|Sec-Fetch-Dest: document",
                            "Host: localhost|Sec-Fetch-Site: same-site|Sec-Fetch-Dest: image",
                            "Host: localhost|Origin: http://127.0.0.1:3000|Sec-Fetch-Site: cross-site|Sec-Fetch-Dest: empty",
                            "Host: localhost|Origin: https://127.0.0.1", "Host: localhost|Origin: http://[::1]:8080"})
    void programsAndPagesOfThisMachineAreAnswered(String head) throws IOException {
        assertThat(ask(ServerSettings.Keys.NONE, "POST", head).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"POST, Host: localhost|Origin: https://example.com", "POST, Host: localhost|Origin: null",
                "POST, Host: localhost|Origin: http://localhost.example.com",
                "POST, Host: localhost|Origin: http://example.com/localhost",
                "POST, Host: localhost|Origin: http://localhost@example.com", "POST, Host: rebound.example.com:9001",
                "POST, Host: 127.0.0.1.example.com",
                "POST, Host: 10.0.0.1", "POST, Host: notlocalhost", "POST, Host: localhost|Origin:",
                "GET, Host: localhost|Sec-Fetch-Site: cross-site|Sec-Fetch-Dest: image",
                "GET, Host: localhost|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe",
                "OPTIONS, Host: localhost|Origin: https://example.com"})
    void pagesFromElsewhereAreNot(String method, String head) throws IOException {
        Wire.Response response = ask(ServerSettings.Keys.NONE, method, head);

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.json().get("message").asText()).contains("set a key");
    }

    @Test
    void pagesCanReadRefusals() throws IOException {
        String page = "Host: localhost|Origin: https://example.com";
        Wire.Response preflight = ask(ServerSettings.Keys.NONE, "OPTIONS", page + "|Access-Control-Request-Method: POST");

        assertThat(preflight.status()).isEqualTo(200);
        assertThat(preflight.headers()).containsEntry("access-control-allow-origin", "https://example.com");
        assertThat(ask(ServerSettings.Keys.NONE, "POST", page).headers()).containsEntry("access-control-allow-origin", "*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: localhost|Origin: https://example.com", "Host: vision.example.com|Origin: null"})
    void withAKeyPagesOfAnyOriginAreAnswered(String head) throws IOException {
        assertThat(ask(new ServerSettings.Keys(List.of("one")), "POST", head).status()).isEqualTo(200);
    }
}
