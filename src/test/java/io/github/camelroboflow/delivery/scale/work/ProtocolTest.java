package io.github.camelroboflow.delivery.scale.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.scale.ImageReference.InvalidReferenceException;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.scale.dispatch.Dispatch;
import io.github.camelroboflow.delivery.scale.dispatch.DispatcherFixture;
import io.github.camelroboflow.delivery.scale.work.TopicReader.Message;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.InvalidImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The protocol of the roles in CONTRIBUTING.md: a dispatcher and a worker are killed right after each of their steps, and messages
 * are lost or come twice. The folders, the table and both programs' steps are real; the topic is a list.
 */
class ProtocolTest {

    /** The last step of the first dispatcher before it is killed. */
    private enum DispatcherEnds {
        AFTER_TAKE, AFTER_CLAIM, AFTER_SEND, NEVER
    }

    /** The last step of the first worker before it is killed. */
    private enum WorkerEnds {
        AFTER_BEGIN, AFTER_DELIVERY, AFTER_DEAD_LETTER, AFTER_FILING, AFTER_FINISH, NEVER
    }

    /** The fate of the first message in the topic. */
    private enum TopicDoes {
        KEEP, LOSE, DOUBLE
    }

    private static final int MOST_ROUNDS = 20;

    @TempDir
    Path data;
    private DispatcherFixture fixture;
    private final RecordedTopic topic = new RecordedTopic();
    private final List<String> deliveries = new ArrayList<>();
    private final List<String> deadLetters = new ArrayList<>();
    private boolean isDamaged;
    private boolean isDown;

    /** The messages of a partition, and the position of its group. */
    private static final class RecordedTopic {

        private final List<String> messages = new ArrayList<>();
        private int committed;
        private TopicDoes first = TopicDoes.KEEP;

        void send(List<ImageReference> references) {
            for (ImageReference reference : references) {
                if (first != TopicDoes.LOSE) {
                    messages.add(reference.json());
                }
                if (first == TopicDoes.DOUBLE) {
                    messages.add(reference.json());
                }
                first = TopicDoes.KEEP;
            }
        }

        Message message(int offset) {
            return new Message(new ConsumerRecord<>("images", 0, offset, "",
                    messages.get(offset).getBytes(StandardCharsets.UTF_8)), new OffsetLedger());
        }
    }

    /** A worker that takes the messages one by one, until it is killed. */
    private final class Worker implements ReferenceJobs.Flow, ReferenceJobs.Topics {

        private final WorkerEnds ends;
        private final ReferenceJobs jobs;
        private boolean killed;
        private boolean holds;
        private int position = topic.committed;

        Worker(String id, WorkerEnds ends) {
            this.ends = ends;
            jobs = jobs(id, this, this);
        }

        /** Works until there is no message left, or the next one waits for the end of a lease. */
        void work() {
            holds = false;
            while (!killed && !holds && position < topic.messages.size()) {
                jobs.work(new ReferenceJob(reference(topic.messages.get(position)), topic.message(position)),
                        new DefaultExchange(fixture.context()));
            }
        }

        @Override
        public void route(Exchange exchange, Runnable end) {
            if (killedAfter(WorkerEnds.AFTER_BEGIN)) {
                return;
            }
            try {
                if (isDamaged) {
                    throw new InvalidImageException("damaged");
                }
                if (isDown) {
                    throw new UncheckedIOException(new IOException("the disk is away"));
                }
                ImageExchange.checkDelivery(exchange);
                deliveries.add(exchange.getProperty("CamelRoboflowImageName", String.class));
            } catch (RuntimeException e) {
                exchange.setException(e);
            }
            if (killedAfter(WorkerEnds.AFTER_DELIVERY)) {
                return;
            }
            if (killedAfter(WorkerEnds.AFTER_FILING)) {
                fixture.withoutOutcomes(end);
            } else {
                end.run();
            }
        }

        @Override
        public void sendAgain(ConsumerRecord<String, byte[]> message) {
            topic.messages.add(new String(message.value(), StandardCharsets.UTF_8));
        }

        @Override
        public void giveUp(ConsumerRecord<String, byte[]> message, String reason) {
            deadLetters.add(reason);
            if (ends == WorkerEnds.AFTER_DEAD_LETTER) {
                killed = true;
                throw new IllegalStateException("killed");
            }
        }

        private boolean killedAfter(WorkerEnds step) {
            killed |= ends == step;
            return killed;
        }

        @Override
        public void tell(Exchange exchange) {
            // no route to suspend
        }

        @Override
        public long done() {
            return position;
        }

        @Override
        public void end(ReferenceJob job) {
            if (!killedAfter(WorkerEnds.AFTER_FINISH)) {
                position++;
                topic.committed = position;
            }
        }

        @Override
        public void hold(ReferenceJob job, Duration pause, boolean withoutRoom) {
            holds = true;
        }
    }

    private ReferenceJobs jobs(String worker, ReferenceJobs.Flow flow, ReferenceJobs.Topics topics) {
        return new ReferenceJobs(fixture.claims(), new ReferencedImages(fixture.folders(), kind -> null), topics, worker, 3,
                ImageTally.of(fixture.context()), flow);
    }

    private static ImageReference reference(String json) {
        try {
            return ImageReference.parse(json);
        } catch (InvalidReferenceException e) {
            throw new AssertionError(json, e);
        }
    }

    @BeforeEach
    void open() {
        fixture = new DispatcherFixture(data);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    static Stream<Arguments> crashes() {
        return Stream.of(DispatcherEnds.values()).flatMap(dispatcher -> Stream.of(TopicDoes.values())
                .flatMap(topic -> Stream.of(WorkerEnds.values()).filter(worker -> worker != WorkerEnds.AFTER_DEAD_LETTER)
                        .map(worker -> Arguments.of(dispatcher, topic, worker))));
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void anImageHasOneOutcomeWhereverAProgramIsKilled(DispatcherEnds dispatcherEnds, TopicDoes topicDoes, WorkerEnds workerEnds)
            throws Exception {
        topic.first = topicDoes;
        fixture.drop("line 1/a.jpg");
        dispatchUntil(dispatcherEnds);
        Worker killed = new Worker("worker-1", workerEnds);
        killed.work();

        finish();

        assertOneOutcome();
        assertThat(deliveries).as("a delivery is repeated only if the worker was killed after it")
                .hasSize(killed.killed && workerEnds == WorkerEnds.AFTER_DELIVERY ? 2 : 1);
    }

    @ParameterizedTest
    @EnumSource(WorkerEnds.class)
    void anImageThatFailsHasOneOutcomeWhereverAWorkerIsKilled(WorkerEnds workerEnds) throws Exception {
        isDamaged = true;
        fixture.drop("line 1/a.jpg");
        dispatchUntil(DispatcherEnds.NEVER);
        new Worker("worker-1", workerEnds).work();

        finish();

        assertThat(fixture.files("failed")).containsExactly("line 1/a.jpg", "line 1/a.jpg.error.json");
        assertThat(fixture.files("done")).isEmpty();
        assertThat(fixture.outcomes()).containsExactly("FAILED");
        assertThat(deliveries).isEmpty();
        assertThat(deadLetters).as("a dead letter is repeated only if the worker was killed before the image was filed")
                .hasSize(workerEnds == WorkerEnds.AFTER_DEAD_LETTER ? 2 : 1).allMatch(reason -> reason.contains("damaged"));
    }

    @Test
    void anImageWhoseFailureIsRecordedLaterHasOneDeadLetter() throws Exception {
        isDamaged = true;
        fixture.drop("line 1/a.jpg");
        dispatchUntil(DispatcherEnds.NEVER);
        Worker worker = new Worker("worker-1", WorkerEnds.NEVER);
        ReferenceJob job = new ReferenceJob(reference(topic.messages.get(0)), topic.message(0));
        Runnable work = () -> worker.jobs.work(job, new DefaultExchange(fixture.context()));

        fixture.withoutOutcomes(() -> {
            work.run();
            work.run();
        });
        work.run();

        assertThat(fixture.outcomes()).containsExactly("FAILED");
        assertThat(fixture.files("failed")).containsExactly("line 1/a.jpg", "line 1/a.jpg.error.json");
        assertThat(deadLetters).hasSize(1);
    }

    @Test
    void anImageWithWhichAWorkerEndedBeforeItWasInFailedIsTriedAgain() throws Exception {
        fixture.drop("line 1/a.jpg");
        dispatchUntil(DispatcherEnds.NEVER);
        UUID claim = reference(topic.messages.get(0)).claim();
        fixture.claims().begin(claim, "worker-0", ReferenceJobs.LEASE);
        fixture.claims().failing(claim, "the disk was full");
        fixture.passes(ReferenceJobs.LEASE);
        new Worker("worker-1", WorkerEnds.AFTER_FILING).work();

        finish();

        assertOneOutcome();
    }

    @Test
    void anImageThatManyWorkersGaveBackInAnOutageIsProcessedAfterIt() throws Exception {
        fixture.drop("line 1/a.jpg");
        dispatchUntil(DispatcherEnds.NEVER);
        isDown = true;
        for (int i = 0; i < 20; i++) {
            Worker stopped = new Worker("stopped-" + i, WorkerEnds.NEVER);
            ReferenceJob job = new ReferenceJob(reference(topic.messages.get(0)), topic.message(0));
            stopped.jobs.work(job, new DefaultExchange(fixture.context()));
            stopped.jobs.giveBack(job, true);
        }
        isDown = false;

        finish();

        assertOneOutcome();
    }

    private void dispatchUntil(DispatcherEnds end) throws IOException {
        if (end == DispatcherEnds.AFTER_TAKE) {
            fixture.take();
            return;
        }
        Dispatch dispatcher = fixture.dispatcher(100);
        Exchange round = fixture.round(dispatcher);
        if (end != DispatcherEnds.AFTER_CLAIM) {
            topic.send(DispatcherFixture.messages(round));
        }
        if (end == DispatcherEnds.NEVER) {
            dispatcher.sent(round);
        }
    }

    /** Lets programs that start now do the rest. Time passes whenever they wait. */
    private void finish() throws IOException {
        Dispatch dispatcher = fixture.dispatcher(100);
        Worker worker = new Worker("worker-2", WorkerEnds.NEVER);
        for (int rounds = 0; !isFinished(worker); rounds++) {
            assertThat(rounds).isLessThan(MOST_ROUNDS);
            Exchange round = fixture.round(dispatcher);
            topic.send(DispatcherFixture.messages(round));
            dispatcher.sent(round);
            worker.work();
            fixture.passes(DispatcherFixture.SEND_AGAIN_AFTER);
        }
    }

    private boolean isFinished(Worker worker) {
        return fixture.claims().backlog().images() == 0 && fixture.files("inbox").isEmpty() && fixture.files("work").isEmpty()
                && worker.position == topic.messages.size();
    }

    private void assertOneOutcome() {
        assertThat(fixture.files("done")).containsExactly("line 1/a.jpg");
        assertThat(fixture.files("failed")).isEmpty();
        assertThat(fixture.outcomes()).containsExactly("DONE");
        assertThat(deliveries).containsOnly("line 1/a.jpg");
    }

    @Test
    void twoDispatchersAtATimeDoNoHarm() throws Exception {
        Dispatch one = fixture.dispatcher(100);
        Dispatch other = fixture.dispatcher(100);
        fixture.drop("line 1/a.jpg");
        Exchange first = fixture.round(one);
        Exchange second = fixture.round(other);
        topic.send(DispatcherFixture.messages(first));
        topic.send(DispatcherFixture.messages(second));
        one.sent(first);
        other.sent(second);

        finish();

        assertThat(topic.messages).hasSize(2);
        assertOneOutcome();
        assertThat(deliveries).hasSize(1);
    }

    @Test
    void aWorkerThatWasCutOffDeliversNothingWhenAnotherHasTheImage() throws Exception {
        fixture.drop("line 1/a.jpg");
        dispatchUntil(DispatcherEnds.NEVER);
        CutOffWorker cutOff = new CutOffWorker();
        ReferenceJob job = new ReferenceJob(reference(topic.messages.get(0)), topic.message(0));
        cutOff.jobs.work(job, new DefaultExchange(fixture.context()));
        fixture.passes(ReferenceJobs.LEASE);

        finish();
        job.leased(System.nanoTime() - ReferenceJobs.LEASE.toNanos());
        cutOff.isBack();

        assertOneOutcome();
        assertThat(deliveries).hasSize(1);
        assertThat(cutOff.ended).isTrue();
    }

    /** A worker whose route stands still until it is back. */
    private final class CutOffWorker implements ReferenceJobs.Flow {

        private final ReferenceJobs jobs = jobs("worker-1", this, null);
        private Exchange exchange;
        private Runnable end;
        private boolean ended;

        @Override
        public void route(Exchange routed, Runnable atEnd) {
            exchange = routed;
            end = atEnd;
        }

        void isBack() {
            try {
                ImageExchange.checkDelivery(exchange);
                deliveries.add("twice");
            } catch (RuntimeException e) {
                exchange.setException(e);
            }
            end.run();
        }

        @Override
        public void tell(Exchange failed) {
            // no route to suspend
        }

        @Override
        public long done() {
            return 0;
        }

        @Override
        public void end(ReferenceJob job) {
            ended = true;
        }

        @Override
        public void hold(ReferenceJob job, Duration pause, boolean withoutRoom) {
            // nothing is tried again
        }
    }
}
