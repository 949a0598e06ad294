package io.github.camelroboflow.delivery.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a receiver refuses for good is filed, and can be sent again. */
class RefusedDeliveriesTest {

    @TempDir
    Path data;

    private OutboxProgram lookingOften() {
        return new OutboxProgram(data).lookingEvery(Duration.ofMillis(100));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 410, 413, 422})
    void whatAReceiverRefusesForGoodIsFiledWithTheReason(int status) throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(status));
            program.enqueue(receiver.url("/hook/T0KEN"), "one", "{\"a\": 1}");

            await().until(() -> program.waiting() == 0);

            assertThat(receiver.requests()).hasSize(1);
            assertThat(program.refused()).hasSize(1);
            Path file = program.refused().get(0);
            assertThat(file.getFileName().toString()).startsWith("one-").endsWith(".json");
            JsonNode refused = new ObjectMapper().readTree(file.toFile());
            assertThat(refused.get("reason").asText()).isEqualTo("the receiver answered with HTTP status " + status);
            assertThat(refused.get("image").asText()).isEqualTo("line 1/one.jpg");
            assertThat(refused.get("payload").asText()).isEqualTo("{\"a\": 1}");
            assertThat(refused.get("attempts").asInt()).isEqualTo(1);
            assertThat(refused.get("headers").get("Content-Type").asText()).isEqualTo("application/json");
            assertThat(file).content().doesNotContain("T0KEN");
        }
    }

    /** Ids that others made were equal as names of files, and one refused delivery replaced another. */
    @Test
    void deliveriesWithSimilarIdsAreFiledSideBySide() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(422));
            List.of("a/b", "a.b", "a_b", "A_B").forEach(id -> program.enqueue(receiver.url("/"), id, "{}"));

            await().until(() -> program.waiting() == 0);
            assertThat(program.refused()).hasSize(4);
        }
    }

    @Test
    void whatIsGivenUpCanBeSentAgain() throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = lookingOften().start()) {
            receiver.answer(Receiver.Answer.status(422));
            program.enqueue(receiver.url("/hook/T0KEN"), "text", "é");
            program.enqueue(receiver.url("/hook/T0KEN"), "bytes", new byte[] {-1, 0, 1});
            await().until(() -> program.refused().size() == 2);
            receiver.answer(Receiver.Answer.status(200));

            Path again = Files.createDirectories(data.resolve("failed/webhooks/again"));
            Files.writeString(again.resolve("other.json"), "no delivery");
            for (Path file : program.refused()) {
                Files.move(file, again.resolve(file.getFileName()));
            }

            await().until(() -> receiver.requests().size() == 4 && program.waiting() == 0);
            assertThat(receiver.requests().stream().skip(2)).allMatch(request -> request.path().equals("/hook/T0KEN"))
                    .anyMatch(request -> request.deliveryId().equals("text") && new String(request.body(), UTF_8).equals("é"))
                    .anyMatch(request -> request.deliveryId().equals("bytes")
                            && Arrays.equals(request.body(), new byte[] {-1, 0, 1}));
            assertThat(again).isDirectoryContaining(file -> file.endsWith("other.json")).isDirectoryNotContaining("glob:**-*.json");
        }
    }

    /** A file with half of what it needs kept all others from being sent again. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"lane\": \"LANE\"}",
            "{\"lane\": \"LANE\", \"deliveryId\": \"a\", \"payload\": \"b\"}"})
    void aFileThatIsNoDeliveryKeepsNoneFromBeingSentAgain(String content) throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = lookingOften().start()) {
            receiver.answer(Receiver.Answer.status(422));
            program.enqueue(receiver.url("/"), "one", "{}");
            await().until(() -> program.refused().size() == 1);
            receiver.answer(Receiver.Answer.status(200));
            Path file = program.refused().get(0);
            Path again = Files.createDirectories(data.resolve("failed/webhooks/again"));
            Files.writeString(again.resolve("a.json"), content.replace("LANE", Ids.lane(receiver.url("/"))));
            Files.move(file, again.resolve(file.getFileName()));

            await().until(() -> receiver.requests().size() == 2);
            assertThat(program.health()).isEmpty();
            assertThat(again.resolve("a.json")).exists();
        }
    }

    /** A token stood in each file about a delivery that was given up. */
    @Test
    void credentialsAreSentThoughNoFileHoldsThem() throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = lookingOften().start();
             ProducerTemplate template = program.context().createProducerTemplate()) {
            receiver.answer(Receiver.Answer.status(422));
            for (String token : List.of("0ld", "n3w")) {
                template.sendBodyAndHeaders("direct:enqueue", "{}", Map.of("to", receiver.url("/"), "CamelRoboflowDeliveryId",
                        token + 1, "Authorization", "Bearer " + token));
                await().until(() -> program.waiting() == 0);
            }
            assertThat(receiver.requests()).extracting(request -> request.headers().getFirst("Authorization"))
                    .containsExactly("Bearer 0ld", "Bearer n3w");
            Path again = Files.createDirectories(data.resolve("failed/webhooks/again"));
            for (Path file : program.refused()) {
                assertThat(file).content().doesNotContain("Bearer");
                Files.move(file, again.resolve(file.getFileName()));
            }
            receiver.answer(Receiver.Answer.status(200));

            await().until(() -> receiver.requests().size() == 4);
            assertThat(receiver.requests().stream().skip(2)).extracting(request -> request.headers().getFirst("Authorization"))
                    .containsExactly("Bearer n3w", "Bearer n3w");
        }
    }
}
