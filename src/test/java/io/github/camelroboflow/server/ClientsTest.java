package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The requests in Roboflow's documentation, byte for byte as clients in different languages send them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsTest {

    private static final String TARGET = "/parts-detect/1?api_key=MY_KEY&name=YOUR_IMAGE.jpg";
    private static final byte[] IMAGE = GoldenServer.image("t00_plain.jpg");

    private final List<byte[]> received = new CopyOnWriteArrayList<>();
    private final FakeModels models = new FakeModels(received::add);
    private RoboflowServer server;

    /** One of the recorded heads, and the encoding of its body. */
    private record Client(String name, String encoding, String head) {

        byte[] body() {
            String text = new String(GoldenServer.base64(IMAGE), StandardCharsets.US_ASCII);
            return switch (encoding) {
                case "base64" -> text.getBytes(StandardCharsets.US_ASCII);
                case "lines" -> (text.replaceAll(".{60}", "$0\n") + "\n").getBytes(StandardCharsets.US_ASCII);
                case "crlf" -> text.replaceAll(".{64}", "$0\r\n").getBytes(StandardCharsets.US_ASCII);
                case "multipart" -> ("--0f1e2d3c4b5a\r\nContent-Disposition: form-data; name=\"file\";"
                        + " filename=\"imageToUpload\"\r\nContent-Type: image/jpeg\r\n\r\n"
                        + new String(IMAGE, StandardCharsets.ISO_8859_1)
                        + "\r\n--0f1e2d3c4b5a--\r\n").getBytes(StandardCharsets.ISO_8859_1);
                default -> throw new IllegalArgumentException(encoding);
            };
        }

        Wire.Response send(int port, String target, byte[] body) {
            try (Wire wire = new Wire(port)) {
                wire.send("POST " + target + " HTTP/1.1\r\n" + head.replace("{length}", String.valueOf(body.length)) + "\r\n\r\n");
                wire.send(body);
                return wire.receive(false);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Client> clients() throws IOException {
        String text = Files.readString(Path.of("src/test/resources/server/clients.txt"));
        List<Client> clients = new ArrayList<>();
        for (String section : text.substring(text.indexOf("=== ") + 4).split("\n=== ")) {
            String[] parts = section.strip().split("\n", 2);
            String[] title = parts[0].split(": ");
            clients.add(new Client(title[0], title[1], parts[1].replace("\n", "\r\n")));
        }
        return clients;
    }

    @BeforeAll
    void start() throws IOException {
        ImageFetcher web = new ImageFetcher(true, 1_000_000, SystemDefaultDnsResolver.INSTANCE,
                builder -> builder.addExecInterceptorFirst("web", (request, scope, chain) -> {
                    ClassicHttpResponse response = new BasicClassicHttpResponse(200);
                    response.setEntity(new ByteArrayEntity(IMAGE, ContentType.IMAGE_JPEG));
                    return response;
                }));
        server = RoboflowServer.start(ServerSettings.of("localhost", 0, new ServerSettings.Keys(List.of("MY_KEY"))), models, web);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void theImageOfEachClientArrivesAsItIs(Client client) {
        Wire.Response response = client.send(server.port(), TARGET, client.body());

        assertThat(response.status()).as(response.text()).isEqualTo(200);
        assertThat(response.json().at("/predictions/0/class").asText()).isEqualTo("gear");
        assertThat(received).isNotEmpty().allSatisfy(image -> assertThat(Arrays.equals(image, IMAGE)).isTrue());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void theImageUrlOfEachClientIsAccepted(Client client) {
        if (!client.encoding().equals("multipart")) {
            Wire.Response response = client.send(server.port(), TARGET + "&image=https%3A%2F%2Fexample.com%2Fa.jpg", new byte[0]);

            assertThat(response.status()).as(response.text()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aWrongKeyIsRefusedForEachClient(Client client) {
        assertThat(client.send(server.port(), TARGET.replace("MY_KEY", "OTHER"), client.body()).status()).isEqualTo(401);
    }
}
