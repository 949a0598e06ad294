package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
