package io.github.camelroboflow.delivery.scale.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.Gate;
import io.github.camelroboflow.app.fixture.KafkaServer;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.scale.ImageReference.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Workers that share a topic of a real broker. */
@Execution(ExecutionMode.SAME_THREAD)
class ReferenceConsumerIT {

    @TempDir
    static Path server;
    private static KafkaServer kafka;

    @TempDir
    Path data;

    @BeforeAll
    static void startKafka() {
        kafka = new KafkaServer(server).start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.close();
    }

    private SharedSite site(int partitions) {
        return new SharedSite(kafka, data, partitions);
    }

    private static List<String> dispatch(SharedSite site, int count) {
        return IntStream.range(0, count).mapToObj(i -> String.format("image-%02d.jpg", i)).peek(site::dispatch).toList();
    }

    private static String reason(ConsumerRecord<String, String> letter) {
        return new String(letter.headers().lastHeader(KafkaClients.REASON).value(), StandardCharsets.UTF_8);
    }

    @Test
    void itTakesNoMoreThanItCanHoldAndFilesEachImageOnce() {
        Gate gate = new Gate();
        try (SharedSite site = site(4); TestWorker worker = new TestWorker(site, "", 3, image -> gate.pass()).start()) {
            List<String> images = dispatch(site, 12);
            await().until(() -> gate.waiting() == 3 && worker.lag().waiting() == 9);
            assertThat(worker.lag().oldest()).isPositive();
            gate.open();

            await().until(() -> site.open() == 0);
            assertThat(worker.mostRunning()).isEqualTo(3);
            assertThat(worker.processed()).containsExactlyInAnyOrderElementsOf(images);
            assertThat(site.files("done")).isEqualTo(images);
            assertThat(site.files("work")).isEmpty();
        }
    }

    @Test
    void anImageThatTakesLongerThanTheBrokerWaitsForAPollKeepsItsPlace() {
        int pollInterval = 1000;
        Gate gate = new Gate();
        try (SharedSite site = site(2); TestWorker worker = new TestWorker(site, "", 1, image -> gate.pass()).start(pollInterval)) {
            dispatch(site, 2);
            await().until(() -> gate.waiting() == 1);
            long begin = System.nanoTime();
            await().until(() -> System.nanoTime() - begin > 3_000_000L * pollInterval);

            assertThat(worker.partitions()).isEqualTo(2);
            gate.open();
            await().until(() -> site.open() == 0);
            assertThat(worker.processed()).hasSize(2);
        }
    }

    @Test
    void aWorkerThatJoinsAndOneThatLeavesLoseAndRepeatNothing() {
        try (SharedSite site = site(6); TestWorker first = new TestWorker(site, "", 2, image -> { }).start()) {
            List<String> images = new ArrayList<>(dispatch(site, 20));
            await().until(() -> !first.processed().isEmpty());
            TestWorker second = new TestWorker(site, "", 2, image -> { }).start();
            await().until(() -> first.partitions() == 3 && second.partitions() == 3);
            IntStream.range(20, 60).mapToObj(i -> "image-" + i + ".jpg").peek(images::add).forEach(site::dispatch);
            await().until(() -> !second.processed().isEmpty());
            second.close();
            await().until(() -> first.partitions() == 6);
            IntStream.range(60, 70).mapToObj(i -> "image-" + i + ".jpg").peek(images::add).forEach(site::dispatch);

            await().until(() -> site.open() == 0);
            assertThat(Stream.concat(first.processed().stream(), second.processed().stream()))
                    .containsExactlyInAnyOrderElementsOf(images);
            assertThat(site.files("done")).isEqualTo(images);
        }
    }

    @Test
    void aWorkerWithAnIdStartsAgainWithItsPartitions() {
        try (SharedSite site = site(4); TestWorker one = new TestWorker(site, "one", 1, image -> { }).start();
             TestWorker two = new TestWorker(site, "two", 1, image -> { }).start()) {
            await().until(() -> one.partitions() == 2 && two.partitions() == 2);
            one.close();
            // so many that each partition has some
            List<String> images = dispatch(site, 40);
            await().until(() -> !two.processed().isEmpty());

            one.start();
            await().until(() -> site.open() == 0);
            assertThat(one.partitions()).isEqualTo(2);
            assertThat(two.partitions()).isEqualTo(2);
            assertThat(site.files("done")).isEqualTo(images);
        }
    }

    @Test
    void anImageThatFailsIsTriedByAnyWorkerAndGivenUp() {
        AtomicInteger tries = new AtomicInteger();
        TestWorker.Step step = image -> {
            if (image.equals("bad.jpg")) {
                tries.incrementAndGet();
                throw new IllegalStateException("this image can't be processed");
            }
        };
        try (SharedSite site = site(4); TestWorker one = new TestWorker(site, "", 1, step).start();
             TestWorker two = new TestWorker(site, "", 1, step).start()) {
            site.dispatch("bad.jpg");
            site.dispatch("good.jpg");

            await().until(() -> site.open() == 0);
            assertThat(tries.get()).isEqualTo(SharedSite.MAX_ATTEMPTS);
            assertThat(site.files("failed")).containsExactly("bad.jpg", "bad.jpg.error.json");
            assertThat(site.files("done")).containsExactly("good.jpg");
            assertThat(site.files("work")).isEmpty();
            assertThat(kafka.records(site.deadLetters())).singleElement().satisfies(letter -> {
                assertThat(ImageReference.parse(letter.value()).name()).isEqualTo("bad.jpg");
                assertThat(reason(letter)).contains("this image can't be processed");
            });
        }
    }

    @Test
    void anOutageFailsNoImage() {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger tries = new AtomicInteger();
        try (SharedSite site = site(1); TestWorker worker = new TestWorker(site, "", 2, image -> {
            if (down.get()) {
                tries.incrementAndGet();
                throw new IOException("the disk is away");
            }
        }).start()) {
            List<String> images = dispatch(site, 6);
            await().until(() -> tries.get() > 2 * SharedSite.MAX_ATTEMPTS);
            assertThat(site.files("failed")).isEmpty();
            down.set(false);

            await().until(() -> site.open() == 0);
            assertThat(worker.processed()).containsExactlyInAnyOrderElementsOf(images);
            assertThat(site.files("done")).isEqualTo(images);
            assertThat(kafka.records(site.deadLetters())).isEmpty();
        }
    }

    @Test
    void aMessageThatIsNoReferenceGoesToTheDeadLetters() {
        try (SharedSite site = site(1); TestWorker worker = new TestWorker(site, "", 2, image -> { }).start()) {
            site.send("key", "not JSON");
            site.send("key", "{\"version\":2}");
            site.send(null, null);
            List<String> images = dispatch(site, 1);

            await().until(() -> site.open() == 0 && kafka.records(site.deadLetters()).size() == 3);
            assertThat(kafka.records(site.deadLetters())).extracting(ConsumerRecord::value)
                    .containsExactlyInAnyOrder("not JSON", "{\"version\":2}", null);
            assertThat(kafka.records(site.deadLetters())).extracting(ReferenceConsumerIT::reason)
                    .anyMatch(reason -> reason.contains("version is 2"));
            assertThat(worker.processed()).isEqualTo(images);
        }
    }

    @Test
    void aReferenceThatComesTwiceIsProcessedOnce() {
        Gate gate = new Gate();
        try (SharedSite site = site(2); TestWorker worker = new TestWorker(site, "", 2, image -> gate.pass()).start()) {
            ImageReference image = site.dispatch("twice.jpg");
            await().until(() -> gate.waiting() == 1);
            site.send(image);
            site.send("another key", image.json());
            await().until(() -> worker.lag().waiting() == 0);
            gate.open();
            await().until(() -> site.open() == 0);
            site.send(image);
            site.dispatch("other.jpg");

            await().until(() -> site.open() == 0);
            assertThat(worker.processed()).containsExactlyInAnyOrder("twice.jpg", "other.jpg");
            assertThat(site.files("done")).containsExactly("other.jpg", "twice.jpg");
        }
    }

    @Test
    void anImageInAnotherFolderThanThisMachineHasIsLeftAlone() {
        try (SharedSite site = site(1); TestWorker worker = new TestWorker(site, "", 1, image -> { }).start()) {
            ImageReference image = site.dispatch("a.jpg");
            await().until(() -> site.open() == 0);
            ImageReference elsewhere = new ImageReference(UUID.randomUUID(), Kind.FILE, "another folder", "gone/b.jpg", "b.jpg", 1,
                    "1", image.sent(), 0);
            site.claims().claim(List.of(elsewhere));
            site.send(elsewhere);

            await().until(() -> worker.isSuspended());
            assertThat(site.open()).isEqualTo(1);
            assertThat(worker.processed()).containsExactly("a.jpg");
        }
    }

    @Test
    void workersGoOnWhenTheBrokerIsBack() {
        try (SharedSite site = site(2); TestWorker worker = new TestWorker(site, "", 2, image -> { }).start()) {
            List<String> images = new ArrayList<>(dispatch(site, 3));
            await().until(() -> worker.processed().size() == 3);
            kafka.kill();
            kafka.start();
            IntStream.range(3, 6).mapToObj(i -> "image-0" + i + ".jpg").peek(images::add).forEach(site::dispatch);

            await().until(() -> site.open() == 0);
            assertThat(site.files("done")).isEqualTo(images);
        }
    }

    @Test
    void anIdleWorkerIsWellAgainWhenTheBrokerIsBack() {
        try (SharedSite site = site(2); TestWorker worker = new TestWorker(site, "", 2, image -> { }).start()) {
            await().until(() -> worker.partitions() == 2);
            kafka.kill();
            await().until(() -> !worker.isWell());
            kafka.start();

            await().until(worker::isWell);
        }
    }

    @Test
    void anImageForWhichThereWasNoThreadIsTakenLater() {
        AtomicBoolean lacks = new AtomicBoolean(true);
        DefaultThreadPoolFactory threads = new DefaultThreadPoolFactory() {
            @Override
            public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory factory) {
                return super.newThreadPool(profile, task -> {
                    Thread thread = factory.newThread(task);
                    if (thread.getName().endsWith("work") && lacks.getAndSet(false)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return thread;
                });
            }
        };
        try (SharedSite site = site(1);
             TestWorker worker = new TestWorker(site, "", 2, image -> { }).withThreads(threads).start()) {
            List<String> images = dispatch(site, 3);

            await().until(() -> site.open() == 0);
            assertThat(worker.processed()).containsExactlyInAnyOrderElementsOf(images);
        }
    }

    @Test
    void aLongMessageThatIsNoReferenceDoesNotStayInTheTopic() throws Exception {
        Map<String, Object> compressing = Map.of("bootstrap.servers", kafka.address(), "compression.type", "gzip",
                "max.request.size", 10_000_000);
        try (SharedSite site = site(1); TestWorker worker = new TestWorker(site, "", 1, image -> { }).start();
             Producer<String, String> other = new KafkaProducer<>(compressing, new StringSerializer(), new StringSerializer())) {
            other.send(new ProducerRecord<>(site.topic(), "key", "x".repeat(3_000_000))).get();
            List<String> images = dispatch(site, 1);

            await().until(() -> site.open() == 0);
            assertThat(worker.processed()).isEqualTo(images);
            assertThat(kafka.records(site.deadLetters())).singleElement().satisfies(letter ->
                    assertThat(letter.value()).startsWith("xxx").hasSizeLessThan(1_000_000));
        }
    }
}
