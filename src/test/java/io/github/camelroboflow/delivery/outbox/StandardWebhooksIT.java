package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.fixture.NpmPackage;
import io.github.camelroboflow.delivery.outbox.Receiver.Answer;
import io.github.camelroboflow.delivery.outbox.Receiver.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library that Standard Webhooks publishes for Node verifies our webhooks. npm fetches it into target/. */
class StandardWebhooksIT {

    private static final String LIBRARY = "standardwebhooks@1.1.1";
    private static final Path MODULES = Path.of("target/standardwebhooks");
    private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /** Prints for each secret and request whether the library accepts it, and the JSON that it returns. */
    private static final String VERIFIER = """
            const { Webhook } = require("standardwebhooks");
            const { secrets, requests } = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"));
            for (const secret of secrets) {
              const webhook = secret.startsWith("whsec_") ? new Webhook(secret) : new Webhook(secret, { format: "raw" });
              for (const { headers, body } of requests) {
                try {
                  console.log(JSON.stringify(webhook.verify(Buffer.from(body, "base64").toString("utf8"), headers)));
                } catch (error) {
                  console.log(error.message);
                }
              }
            }
            """;

    @TempDir
    Path data;

    @BeforeAll
    static void fetch() {
        NpmPackage.fetch(LIBRARY);
    }

    private static int run(Path output, String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
    }

    private List<String> verify(List<Request> requests, String... secrets) throws Exception {
        Path input = data.resolve("requests.json");
        new ObjectMapper().writeValue(input.toFile(), Map.of("secrets", secrets, "requests", requests.stream().map(request ->
                Map.of("headers", Stream.of("webhook-id", "webhook-timestamp", "webhook-signature")
                                .collect(Collectors.toMap(Function.identity(), request.headers()::getFirst)),
                        "body", Base64.getEncoder().encodeToString(request.body()))).toList()));
        Path verifier = Files.writeString(MODULES.resolve("verify.cjs"), VERIFIER);
        Path output = data.resolve("output.txt");
        int exitCode = run(output, "node", verifier.toString(), input.toString());
        assertThat(exitCode).as(Files.readString(output)).isZero();
        return Files.readAllLines(output);
    }

    /** Sends a result that is accepted when it is repeated. */
    private List<Request> send(String secrets) {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.webhooks(Duration.ofSeconds(30), secrets).start();
            receiver.answer((exchange, request) -> Answer.status(receiver.requests().size() == 1 ? 503 : 204)
                    .to(exchange, request));
            program.enqueue(receiver.url("/"), "3f6c", "{\"image\":\"Gewinde é\"}");
            await().until(() -> program.waiting() == 0);
            return receiver.requests();
        }
    }

    @Test
    void theLibraryAcceptsWhatTheSecretSigned() throws Exception {
        List<Request> requests = send(KEY + ", s3cret of my own");

        assertThat(requests).hasSize(2).extracting(request -> request.headers().getFirst("webhook-id")).containsOnly("3f6c");
        assertThat(verify(requests, KEY, "s3cret of my own")).hasSize(4).containsOnly("{\"image\":\"Gewinde é\"}");
    }

    @Test
    void theLibraryRefusesAnotherSecretAndAnotherBody() throws Exception {
        Request request = send(KEY).get(0);
        Request changed = new Request(request.method(), request.path(), request.headers(), "{}".getBytes(), 0);
        String other = "whsec_czNjcmV0LW9mLWFub3RoZXItcmVjZWl2ZXI=";

        assertThat(verify(List.of(request), other)).containsExactly("No matching signature found");
        assertThat(verify(List.of(changed), KEY)).containsExactly("No matching signature found");
    }
}
