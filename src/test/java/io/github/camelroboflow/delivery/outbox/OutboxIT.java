package io.github.camelroboflow.delivery.outbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.delivery.outbox.OutboxProgram.SetClock;
import io.github.camelroboflow.delivery.source.ImageExchange;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results wait in a real database and go to real servers. */
class OutboxIT {

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
            assertThat(request.headers().getFirst("webhook-id")).isEqualTo("one");
            assertThat(request.headers().getFirst("webhook-timestamp")).matches("\\d{10}");
            assertThat(request.headers().keySet()).noneMatch(name -> name.startsWith("Camel"));
        }
    }

    @Test
    void theAgeOfTheOldestResultThatWaits() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            assertThat(program.oldest()).isZero();
            receiver.answer(Receiver.Answer.status(503));
            program.enqueue(receiver.url("/"), "one", "{}");

            await().until(() -> program.oldest().toMillis() > 0);
            Duration before = program.oldest();
            program.enqueue(receiver.url("/"), "two", "{}");
            assertThat(program.oldest()).isGreaterThanOrEqualTo(before).isLessThan(Duration.ofHours(1));
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
    void twoConditionsWithOneAddressSentAnImageTwiceToAQuickReceiver() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            for (String image : List.of("one", "two")) {
                Exchange exchange = new DefaultExchange(program.context());
                ImageExchange.describe(exchange, "file:inbox", image, "1", image + ".json", new File(image));
                for (int i = 0; i < 2; i++) {
                    exchange.getMessage().setBody("{}");
                    exchange.getMessage().setHeader("to", receiver.url("/"));
                    exchange.getMessage().setHeader("CamelRoboflowDeliveryId", image);
                    program.context().createProducerTemplate().send("direct:enqueue", exchange);
                    await().until(() -> program.waiting() == 0);
                }
            }

            assertThat(receiver.requests()).extracting(Receiver.Request::deliveryId).containsExactly("one", "two");
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

    @Test
    void theSecretIsNowhereButInTheSignature() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.webhooks(Duration.ofSeconds(30), "s3cret-of-the-test").start();
            receiver.answer(Receiver.Answer.status(422));
            program.enqueue(receiver.url("/"), "one", "{}");
            await().until(() -> program.refused().size() == 1);

            assertThat(receiver.requests().get(0).headers().toString()).doesNotContain("s3cret-of-the-test");
            assertThat(receiver.requests().get(0).headers().getFirst("Webhook-Signature")).matches("v1,[0-9A-Za-z+/]{43}=");
            program.enqueue("http://127.0.0.1:" + FreePorts.free() + "/", "two", "{}");
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), ISO_8859_1)).as(file.toString())
                        .doesNotContain("s3cret-of-the-test");
            }
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
            program.webhooks(Duration.ofMinutes(10), "").start();
            slow.answer(Receiver.Answer.held(end));
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
    void aStopWaitsForWhatIsBeingSent() {
        CountDownLatch end = new CountDownLatch(1);
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.webhooks(Duration.ofMinutes(10), "").start();
            receiver.answer(Receiver.Answer.held(end));
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

    /** An error that was no exception ended the polls, silently and for ever. */
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
            try (OutboxProgram second = new OutboxProgram(data).pollingEvery(Duration.ofMillis(100)).clock(failing).start()) {
                await().until(() -> second.waiting() == 0);
            }
            assertThat(errors.get()).isPositive();
        }
    }
}
