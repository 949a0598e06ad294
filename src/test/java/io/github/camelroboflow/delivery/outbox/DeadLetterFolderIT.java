package io.github.camelroboflow.delivery.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.outbox.DeadLetter.DeadLetterFile;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that a receiver rejects are written to files and can be sent again. */
class DeadLetterFolderIT {

    @TempDir
    Path data;

    private OutboxProgram lookingOften() {
        return new OutboxProgram(data).pollingEvery(Duration.ofMillis(100));
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

    /** Foreign ids became equal file names, and one rejected message replaced another. */
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

            Path again = Files.createDirectories(data.resolve("refused/again"));
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

    /** An incomplete file blocked the replay of all others. */
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
            Path again = Files.createDirectories(data.resolve("refused/again"));
            Files.writeString(again.resolve("a.json"), content.replace("LANE", HashedIds.destinationId(receiver.url("/"))));
            Files.move(file, again.resolve(file.getFileName()));

            await().until(() -> receiver.requests().size() == 2);
            assertThat(program.health()).isEmpty();
            assertThat(again.resolve("a.json")).exists();
        }
    }

    /** Each dead letter held a token. */
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
            Path again = Files.createDirectories(data.resolve("refused/again"));
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

    /** Bytes were sent as their text in the file. */
    @Test
    void aFileWhosePayloadComesBeforeWhatItIsIsNotSent() throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = lookingOften().start()) {
            receiver.answer(Receiver.Answer.status(422));
            program.enqueue(receiver.url("/"), "one", new byte[] {-1, 0, 1});
            program.enqueue(receiver.url("/"), "two", new byte[] {-1, 0, 1});
            await().until(() -> program.refused().size() == 2);
            receiver.answer(Receiver.Answer.status(200));
            Path again = Files.createDirectories(data.resolve("refused/again"));
            Path one = program.refused().stream().filter(file -> file.getFileName().toString().startsWith("one")).findFirst()
                    .orElseThrow();
            ObjectNode turned = new ObjectMapper().createObjectNode();
            ObjectNode facts = (ObjectNode) new ObjectMapper().readTree(one.toFile());
            turned.set("payload", facts.remove("payload"));
            Files.writeString(again.resolve("1.json"), turned.setAll(facts).toString());
            Path two = program.refused().stream().filter(file -> !file.equals(one)).findFirst().orElseThrow();
            Files.move(two, again.resolve("2.json"));

            await().until(() -> receiver.requests().size() == 3 && program.waiting() == 0);
            assertThat(receiver.requests().get(2).deliveryId()).isEqualTo("two");
            assertThat(again.resolve("1.json")).exists();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aLongTextOfCharactersOfAnyLengthIsReadAsItWasWritten(int shift) throws IOException {
        String text = "a".repeat(shift) + "\uD83D\uDE00é\"\\\n\u0001".repeat(20_000) + "\uD83D\uDE00".repeat(20_000);
        OutboxMessage message =
                new OutboxMessage("http://a", "id", "", Payload.of(text.getBytes(UTF_8)), true, Map.of(), Map.of(), "a.jpg");
        DeadLetterFolder deliveries = new DeadLetterFolder(data);
        Path file = deliveries
                .write(new OutboxRow(1, HashedIds.destinationId("http://a"), message, 0, 0, 0, 0, "", ""), "no", Instant.EPOCH);
        Path payload = data.resolve("payload");

        DeadLetterFile.read(file, payload, HashedIds.destinationId("http://a")::equals);
        assertThat(payload).content(UTF_8).isEqualTo(text);
    }

    /** The whole payload was written to disk at each poll, every few seconds and for ever. */
    @Test
    void thePayloadOfADeliveryToAnUnknownDestinationIsNotRead() throws IOException {
        Path file = data.resolve("a.json");
        Files.writeString(file, "{\"lane\":\"a\",\"deliveryId\":\"b\",\"part\":\"\",\"image\":\"c\",\"destination\":\"d\","
                + "\"headers\":{},\"base64\":true,\"payload\":\"AQID\"}");
        Path payload = data.resolve("payload");

        assertThat(DeadLetterFile.read(file, payload, "other"::equals).destinationId()).isEqualTo("a");
        assertThat(payload).doesNotExist();
        assertThat(DeadLetterFile.read(file, payload, "a"::equals).destinationId()).isEqualTo("a");
        assertThat(payload).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void whatAKilledProgramLeftIsDeletedButNothingThatAnotherMayBeAt() throws IOException {
        Path folder = Files.createDirectories(data.resolve("refused"));
        Path left = Files.writeString(folder.resolve(".left.tmp"), "a");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path used = Files.writeString(folder.resolve(".used.tmp"), "a");
        Path other = Files.writeString(folder.resolve("other.tmp"), "a");
        Files.setLastModifiedTime(other, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            program.enqueue(receiver.url("/"), "one", "{}");
            await().until(() -> !Files.exists(left));
        }
        assertThat(used).exists();
        assertThat(other).exists();
    }
}
