package io.github.camelroboflow.delivery.outbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results wait in a real database and go to real servers. */
class OutboxTest {

    @TempDir
    Path data;

    @Test
    void whatIsPutInIsPostedAndThenGone() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            program.enqueue(receiver.url("/hook?token=a%20b"), "one", "{\"name\": \"Gewinde é\"}");

            await().until(() -> program.waiting() == 0);

            Receiver.Request request = receiver.requests().get(0);
            assertThat(receiver.requests()).hasSize(1);
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/hook?token=a%20b");
            assertThat(request.body()).asString().isEqualTo("{\"name\": \"Gewinde é\"}");
            assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
            assertThat(request.headers().getFirst("Idempotency-Key")).isEqualTo("one").isEqualTo(request.deliveryId());
            assertThat(request.headers()).doesNotContainKey("Webhook-Signature");
            assertThat(request.headers().keySet()).noneMatch(name -> name.startsWith("Camel"));
        }
    }

    @Test
    void aRepeatOfWhatWaitsIsNoSecondRow() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(503));
            IntStream.range(0, 5).forEach(i -> program.enqueue(receiver.url("/"), "one", "{}"));
            program.enqueue(receiver.url("/other"), "one", "{}");
            program.enqueue(receiver.url("/"), "two", "{}");

            assertThat(program.waiting()).isEqualTo(3);
        }
    }

    @Test
    void aReceiverThatFailsIsTriedAgainUntilItAccepts() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer((exchange, request) ->
                    exchange.sendResponseHeaders(receiver.requests().size() < 5 ? 500 : 200, -1));
            program.enqueue(receiver.url("/"), "one", "{}");

            await().until(() -> program.waiting() == 0);

            assertThat(receiver.ids()).containsExactly("one", "one", "one", "one", "one");
        }
    }

    @Test
    void whatAReceiverAsksForWithRetryAfterIsKept() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.outbox().setMaxRetryAfter("1m");
            program.start();
            receiver.answer((exchange, request) -> {
                exchange.getResponseHeaders().set("Retry-After", "2");
                exchange.sendResponseHeaders(receiver.requests().size() < 2 ? 429 : 200, -1);
            });
            program.enqueue(receiver.url("/"), "one", "{}");

            await().until(() -> program.waiting() == 0);

            List<Receiver.Request> requests = receiver.requests();
            assertThat(Duration.ofNanos(requests.get(1).nanoTime() - requests.get(0).nanoTime()))
                    .isGreaterThan(Duration.ofMillis(1900));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 410, 413, 422})
    void whatAReceiverRefusesForGoodIsFiledWithTheReason(int status) throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(status));
            program.enqueue(receiver.url("/hook/T0KEN"), "one", "{\"a\": 1}");

            await().until(() -> program.waiting() == 0);

            assertThat(receiver.requests()).hasSize(1);
            Path file = onlyFile();
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

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 403, 404, 405, 408, 425, 429, 500, 503})
    void whatMayPassIsTriedAgain(int status) {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer((exchange, request) -> {
                exchange.getResponseHeaders().set("Location", receiver.url("/elsewhere"));
                exchange.sendResponseHeaders(receiver.requests().size() < 3 ? status : 200, -1);
            });
            program.enqueue(receiver.url("/hook"), "one", "{}");

            await().until(() -> program.waiting() == 0);

            assertThat(receiver.requests()).hasSize(3).allMatch(request -> request.path().equals("/hook"));
            assertThat(data.resolve("failed/webhooks")).doesNotExist();
        }
    }

    @Test
    void aReceiverThatIsSilentIsTriedAgain() {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.outbox().setResponseTimeout("500ms");
            program.start();
            receiver.answer((exchange, request) -> {
                if (receiver.requests().size() < 3) {
                    hold(end);
                }
                exchange.sendResponseHeaders(200, -1);
            });
            program.enqueue(receiver.url("/"), "one", "{}");

            await().until(() -> program.waiting() == 0);
            assertThat(receiver.ids()).hasSizeGreaterThan(2).containsOnly("one");
        } finally {
            end.countDown();
        }
    }

    @Test
    void anAnswerWithoutEndIsNotRead() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer((exchange, request) -> {
                exchange.sendResponseHeaders(200, 0);
                byte[] much = new byte[1 << 16];
                try {
                    while (true) {
                        exchange.getResponseBody().write(much);
                    }
                } catch (IOException closed) {
                    // as it should be
                    return;
                }
            });
            IntStream.range(0, 20).forEach(i -> program.enqueue(receiver.url("/"), "id-" + i, "{}"));

            await().until(() -> program.waiting() == 0);
            assertThat(receiver.ids()).hasSize(20).doesNotHaveDuplicates();
        }
    }

    @Test
    void aSlowReceiverDoesNotHoldUpAnother() {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver slow = new Receiver(); Receiver quick = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.outbox().setResponseTimeout("10m");
            program.start();
            slow.answer((exchange, request) -> {
                hold(end);
                exchange.sendResponseHeaders(200, -1);
            });
            IntStream.range(0, 50).forEach(i -> program.enqueue(slow.url("/"), "slow-" + i, "{}"));
            await().until(() -> slow.requests().size() > 4);
            IntStream.range(0, 50).forEach(i -> program.enqueue(quick.url("/"), "quick-" + i, "{}"));

            await().until(() -> quick.requests().size() == 50);
            assertThat(slow.requests()).hasSizeBetween(5, 8);

            end.countDown();
            await().until(() -> program.waiting() == 0);
            assertThat(slow.ids()).hasSize(50).doesNotHaveDuplicates();
        } finally {
            end.countDown();
        }
    }

    @Test
    void aDestinationThatIsDownIsTriedByOneRowAtATime() {
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger status = new AtomicInteger(503);
        // until the third failure it is up: two that fail, and then eight at once
        int tried = 10;
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.outbox().setRetryAfter("20ms");
            program.outbox().setMaxRetryAfter("100ms");
            program.start();
            receiver.answer((exchange, request) -> {
                int number = atOnce.incrementAndGet();
                if (receiver.requests().size() > tried) {
                    most.accumulateAndGet(number, Math::max);
                }
                // before the sender can see the answer, and send another
                atOnce.decrementAndGet();
                exchange.sendResponseHeaders(status.get(), -1);
            });
            IntStream.range(0, 200).forEach(i -> program.enqueue(receiver.url("/"), "id-" + i, "{}"));
            await().until(() -> program.health().contains("status 503"));
            await().until(() -> receiver.requests().size() >= tried + 5);
            assertThat(most).hasValue(1);

            status.set(200);

            await().until(() -> program.waiting() == 0);
            assertThat(program.health()).isEmpty();
            assertThat(receiver.ids()).containsAll(IntStream.range(0, 200).mapToObj(i -> "id-" + i).toList());
        }
    }

    @Test
    void whatNobodyAcceptsIsGivenUpInTheEnd() throws IOException {
        try (OutboxProgram program = new OutboxProgram(data)) {
            program.outbox().setKeepFor("1s");
            program.start();
            String nowhere = "http://127.0.0.1:" + Ports.free() + "/";
            IntStream.range(0, 30).forEach(i -> program.enqueue(nowhere, "id-" + i, "{}"));

            await().until(() -> program.waiting() == 0);

            assertThat(refused()).hasSize(30);
            // it was down in the health check for ever, though nothing was left to tell that it is back
            await().until(() -> program.health().isEmpty());
            assertThat(refused().get(0)).content().contains("not accepted within 1s", "Connect");
        }
    }

    @Test
    void whatIsGivenUpCanBeSentAgain() throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(422));
            program.enqueue(receiver.url("/hook/T0KEN"), "text", "é");
            program.enqueue(receiver.url("/hook/T0KEN"), "bytes", new byte[] {-1, 0, 1});
            await().until(() -> refused().size() == 2);
            receiver.answer(Receiver.Answer.status(200));

            Path again = Files.createDirectories(data.resolve("failed/webhooks/again"));
            Files.writeString(again.resolve("other.json"), "no delivery");
            for (Path file : refused()) {
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
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(422));
            program.enqueue(receiver.url("/"), "one", "{}");
            await().until(() -> refused().size() == 1);
            receiver.answer(Receiver.Answer.status(200));
            Path file = onlyFile();
            Path again = Files.createDirectories(data.resolve("failed/webhooks/again"));
            Files.writeString(again.resolve("a.json"), content.replace("LANE", Ids.lane(receiver.url("/"))));
            Files.move(file, again.resolve(file.getFileName()));

            await().atMost(Duration.ofSeconds(20)).until(() -> receiver.requests().size() == 2);
            assertThat(program.health()).isEmpty();
            assertThat(again.resolve("a.json")).exists();
        }
    }

    /** Ids that others made were equal as names of files, and one refused delivery replaced another. */
    @Test
    void deliveriesWithSimilarIdsAreFiledSideBySide() throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(422));
            List.of("a/b", "a.b", "a_b", "A_B").forEach(id -> program.enqueue(receiver.url("/"), id, "{}"));

            await().until(() -> program.waiting() == 0);
            assertThat(refused()).hasSize(4);
        }
    }

    /** An error that was no exception ended the looking for what waits, silently and for good. */
    @Test
    void anErrorInTheSenderDoesNotEndIt() {
        try (Receiver receiver = new Receiver()) {
            receiver.answer(Receiver.Answer.status(503));
            try (OutboxProgram first = new OutboxProgram(data).start()) {
                first.enqueue(receiver.url("/"), "one", "{}");
            }
            receiver.answer(Receiver.Answer.status(200));
            AtomicInteger errors = new AtomicInteger();
            Clock failing = new SetClock() {
                @Override
                public Instant instant() {
                    if (errors.getAndIncrement() == 0) {
                        throw new OutOfMemoryError("as on a machine that is short of it");
                    }
                    return super.instant();
                }
            };
            try (OutboxProgram second = new OutboxProgram(data).clock(failing).start()) {
                await().atMost(Duration.ofSeconds(20)).until(() -> second.waiting() == 0);
            }
            assertThat(errors.get()).isPositive();
        }
    }

    @Test
    void whatWaitsIsSentByTheNextRun() {
        try (Receiver receiver = new Receiver()) {
            receiver.answer(Receiver.Answer.status(503));
            try (OutboxProgram first = new OutboxProgram(data).start()) {
                IntStream.range(0, 20).forEach(i -> first.enqueue(receiver.url("/"), "id-" + i, "{}"));
            }
            int before = receiver.requests().size();
            receiver.answer(Receiver.Answer.status(200));
            try (OutboxProgram second = new OutboxProgram(data).start()) {
                await().until(() -> second.waiting() == 0);
            }
            assertThat(receiver.ids().subList(before, receiver.ids().size())).hasSize(20).doesNotHaveDuplicates();
        }
    }

    @Test
    void aStopWaitsForWhatIsBeingSent() {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.outbox().setResponseTimeout("10m");
            program.start();
            receiver.answer((exchange, request) -> {
                hold(end);
                exchange.sendResponseHeaders(200, -1);
            });
            program.enqueue(receiver.url("/"), "one", "{}");
            await().until(() -> receiver.requests().size() == 1);

            Thread stop = new Thread(program::close);
            stop.start();
            await().until(() -> program.context().getStatus().isStopping());
            end.countDown();
            await().until(() -> !stop.isAlive());

            try (OutboxProgram next = new OutboxProgram(data).start()) {
                assertThat(next.waiting()).isZero();
            }
            assertThat(receiver.requests()).hasSize(1);
        }
    }

    @Test
    void theSecretIsNowhereButInTheSignature() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.outbox().setSecret("s3cret-of-the-test");
            program.start();
            receiver.answer(Receiver.Answer.status(422));
            program.enqueue(receiver.url("/"), "one", "{}");
            await().until(() -> refused().size() == 1);

            assertThat(receiver.requests().get(0).headers().toString()).doesNotContain("s3cret-of-the-test");
            assertThat(receiver.requests().get(0).headers().getFirst("Webhook-Signature")).matches("t=\\d{10},v1=[0-9a-f]{64}");
            program.enqueue("http://127.0.0.1:" + Ports.free() + "/", "two", "{}");
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), ISO_8859_1)).as(file.toString())
                        .doesNotContain("s3cret-of-the-test");
            }
        }
    }

    /** A token stood in each file about a delivery that was given up. */
    @Test
    void credentialsAreSentThoughNoFileHoldsThem() throws IOException {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start();
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
            for (Path file : refused()) {
                assertThat(file).content().doesNotContain("Bearer");
                Files.move(file, again.resolve(file.getFileName()));
            }
            receiver.answer(Receiver.Answer.status(200));

            await().until(() -> receiver.requests().size() == 4);
            assertThat(receiver.requests().stream().skip(2)).extracting(request -> request.headers().getFirst("Authorization"))
                    .containsExactly("Bearer n3w", "Bearer n3w");
        }
    }

    @Test
    void aLineBreakInANameBeginsNoHeader() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            program.context().createProducerTemplate().sendBodyAndHeaders("direct:enqueue", "{}", Map.of("to", receiver.url("/"),
                    "CamelRoboflowDeliveryId", "one", "Image-Name", "a\r\nEvil: yes\r\n\r\nGET /b", "CamelFileName", "a\r\n\0b"));

            await().until(() -> program.waiting() == 0);
            assertThat(receiver.requests()).hasSize(1);
            assertThat(receiver.requests().get(0).headers()).doesNotContainKey("Evil");
        }
    }

    private List<Path> refused() throws IOException {
        Path folder = data.resolve("failed/webhooks");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    private Path onlyFile() throws IOException {
        assertThat(refused()).hasSize(1);
        return refused().get(0);
    }

    private static void hold(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
