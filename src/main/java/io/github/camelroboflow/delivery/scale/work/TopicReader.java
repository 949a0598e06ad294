package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.inference.support.LogThrottle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads messages of a topic on a thread of its own, one at a time and only while there is room. It polls on while there is none,
 * with its partitions paused: so the broker never takes a program with slow images for dead. Before a partition leaves for another
 * member of the group, what was taken of it may finish.
 */
final class TopicReader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    /** The longest time between two polls while there is no room. */
    private static final Duration FULL = Duration.ofMillis(250);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration BETWEEN_COMMITS = Duration.ofMillis(500);
    private static final Duration REQUEST = Duration.ofSeconds(10);
    /** The time that messages of a partition may take to finish before it goes to another member, which gets the rest again. */
    private static final Duration HANDOVER = Duration.ofSeconds(5);
    private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(2);
    /** The time that the brokers may take to say how many messages there are, for which the reading waits. */
    private static final Duration COUNT = Duration.ofSeconds(5);
    private static final Duration BEFORE_NEXT_TRY = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(8);

    /** Takes the messages. */
    interface Taker {

        /** Waits until there is room for a message, for some milliseconds at most. Returns whether there is, which reserves it. */
        boolean awaitRoom(long milliseconds) throws InterruptedException;

        /** Gives reserved room back. */
        void cancelRoom();

        void take(Message message);

        /** Learns from time to time that the topic can be read. */
        void readable();

        /** Learns that the topic can't be read now. */
        void unreadable(KafkaException failure);
    }

    /** A message that was taken. Its offset counts as done when it is finished. */
    record Message(ConsumerRecord<String, byte[]> record, OffsetLedger ledger) {

        void finished() {
            ledger.finished(record.offset());
        }

        /** Returns the content; {@code null} if there is none. */
        String text() {
            return record.value() == null ? null : new String(record.value(), StandardCharsets.UTF_8);
        }

        String place() {
            return "partition " + record.partition() + ", offset " + record.offset() + " of the topic " + record.topic();
        }
    }

    /**
     * The messages that wait in the partitions of this program.
     *
     * @param waiting the number of those that were not taken, about
     * @param oldest  the age of the oldest one that is not finished; zero if there is none
     */
    record Lag(int partitions, long waiting, Duration oldest) {
    }

    private final String topic;
    private final Supplier<Consumer<String, byte[]>> consumers;
    private final Taker taker;
    private final LogThrottle logThrottle = new LogThrottle(Duration.ofHours(1));
    private final Map<TopicPartition, OffsetLedger> ledgers = new ConcurrentHashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile long waiting;
    private long committedAt = System.nanoTime();
    private long countedAt = System.nanoTime();

    /** @param consumers makes a consumer without subscription, which commits nothing itself and polls one message at a time */
    TopicReader(String topic, Supplier<Consumer<String, byte[]>> consumers, Taker taker) {
        this.topic = topic;
        this.consumers = consumers;
        this.taker = taker;
    }

    /** Ends the reading soon. Messages that are not finished then will come again. */
    void stop() {
        stop.countDown();
    }

    Lag lag() {
        long now = System.currentTimeMillis();
        long oldest = ledgers.values().stream().map(OffsetLedger::oldest).filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong).min().orElse(now);
        return new Lag(ledgers.size(), waiting, Duration.ofMillis(Math.max(0, now - oldest)));
    }

    @Override
    public void run() {
        while (!isStopped(Duration.ZERO)) {
            Consumer<String, byte[]> consumer = null;
            try {
                consumer = consumers.get();
                read(consumer);
            } catch (FencedInstanceIdException e) {
                taker.unreadable(new KafkaException("another program has the same scale.worker.id: give each worker its own", e));
            } catch (KafkaException e) {
                taker.unreadable(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                LOG.error("The topic {} is read again after {}", topic, e.toString(), e);
            } finally {
                close(consumer);
            }
            // a new consumer gets what was not finished again
            ledgers.clear();
            isStopped(BEFORE_NEXT_TRY);
        }
    }

    private static void close(Consumer<?, ?> consumer) {
        try {
            if (consumer != null) {
                consumer.close(CLOSE);
            }
        } catch (KafkaException e) {
            LOG.debug("not closed", e);
        }
    }

    /** Returns whether the reading is to end, at the latest after some time. */
    private boolean isStopped(Duration wait) {
        try {
            return stop.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void read(Consumer<String, byte[]> consumer) throws InterruptedException {
        awaitTopic(consumer);
        consumer.subscribe(List.of(topic), new Rebalance(consumer));
        while (!isStopped(Duration.ZERO)) {
            if (taker.awaitRoom(FULL.toMillis())) {
                boolean taken = false;
                try {
                    consumer.resume(consumer.paused());
                    taken = take(consumer.poll(POLL));
                } finally {
                    if (!taken) {
                        taker.cancelRoom();
                    }
                }
            } else {
                consumer.pause(consumer.assignment());
                // only partitions that came in this poll can have a message, which comes again
                consumer.poll(Duration.ZERO).forEach(early -> consumer.seek(partition(early), early.offset()));
            }
            commitSometimes(consumer);
            countWaiting(consumer);
        }
        commit(consumer, ledgers);
    }

    private void awaitTopic(Consumer<String, byte[]> consumer) {
        List<PartitionInfo> partitions = List.of();
        while (partitions.isEmpty() && !isStopped(Duration.ZERO)) {
            partitions = Optional.ofNullable(consumer.partitionsFor(topic, REQUEST)).orElse(List.of());
            if (partitions.isEmpty()) {
                if (logThrottle.shouldLog(topic)) {
                    LOG.warn("There is no topic {}: create it as src/main/docs/scale.adoc says; the program waits for it (logged"
                            + " once an hour)", topic);
                }
                isStopped(BEFORE_NEXT_TRY);
            }
        }
    }

    /** Takes the message, if there is one. */
    private boolean take(ConsumerRecords<String, byte[]> records) {
        boolean taken = false;
        for (ConsumerRecord<String, byte[]> found : records) {
            OffsetLedger ledger = ledgers.computeIfAbsent(partition(found), partition -> new OffsetLedger());
            ledger.taken(found.offset(), found.timestamp());
            taker.take(new Message(found, ledger));
            taken = true;
        }
        return taken;
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> of) {
        return new TopicPartition(of.topic(), of.partition());
    }

    /** Asks the brokers, since the consumer knows no new messages of paused partitions, and reports no brokers that are down. */
    private void countWaiting(Consumer<String, byte[]> consumer) {
        if (System.nanoTime() - countedAt < BETWEEN_COUNTS.toNanos()) {
            return;
        }
        try {
            waiting = consumer.endOffsets(consumer.assignment(), COUNT).entrySet().stream()
                    .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey(), COUNT))).sum();
            taker.readable();
        } catch (TimeoutException e) {
            taker.unreadable(new TimeoutException("the brokers do not answer", e));
        }
        countedAt = System.nanoTime();
    }

    private void commitSometimes(Consumer<String, byte[]> consumer) {
        if (System.nanoTime() - committedAt < BETWEEN_COMMITS.toNanos()) {
            return;
        }
        committedAt = System.nanoTime();
        Map<TopicPartition, OffsetAndMetadata> positions = positions(ledgers);
        if (!positions.isEmpty()) {
            consumer.commitAsync(positions, (committed, failure) -> {
                if (failure == null) {
                    committed(committed);
                } else {
                    // the next commit includes it
                    LOG.debug("not committed", failure);
                }
            });
        }
    }

    private void commit(Consumer<String, byte[]> consumer, Map<TopicPartition, OffsetLedger> of) {
        Map<TopicPartition, OffsetAndMetadata> positions = positions(of);
        try {
            if (!positions.isEmpty()) {
                consumer.commitSync(positions, REQUEST);
                committed(positions);
            }
        } catch (FencedInstanceIdException e) {
            throw e;
        } catch (KafkaException e) {
            if (!(e instanceof RebalanceInProgressException)) {
                LOG.info("The last messages of {} may come again: {}", topic, FailureClassifier.describe(e));
            }
            LOG.debug("not committed", e);
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> positions(Map<TopicPartition, OffsetLedger> of) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        of.forEach((partition, ledger) -> ledger.toCommit()
                .ifPresent(position -> positions.put(partition, new OffsetAndMetadata(position))));
        return positions;
    }

    private void committed(Map<TopicPartition, OffsetAndMetadata> positions) {
        positions.forEach((partition, position) -> {
            OffsetLedger ledger = ledgers.get(partition);
            if (ledger != null) {
                ledger.committed(position.offset());
            }
        });
    }

    /** Lets what was taken of a partition finish before it leaves. */
    private final class Rebalance implements ConsumerRebalanceListener {

        private final Consumer<String, byte[]> consumer;

        Rebalance(Consumer<String, byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> ledgers.put(partition, new OffsetLedger()));
            if (!partitions.isEmpty()) {
                LOG.info("{} partitions of {} came, and there are {} now", partitions.size(), topic, ledgers.size());
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            Map<TopicPartition, OffsetLedger> leaving = new HashMap<>(ledgers);
            leaving.keySet().retainAll(partitions);
            awaitFinished(leaving.values());
            commit(consumer, leaving);
            leave(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            leave(partitions);
        }

        private void leave(Collection<TopicPartition> partitions) {
            partitions.forEach(ledgers::remove);
            if (!partitions.isEmpty()) {
                LOG.info("{} partitions of {} left, and there are {} now", partitions.size(), topic, ledgers.size());
            }
        }

        private void awaitFinished(Collection<OffsetLedger> leaving) {
            if (isStopped(Duration.ZERO)) {
                // Camel has waited
                return;
            }
            long end = System.nanoTime() + HANDOVER.toNanos();
            try {
                for (OffsetLedger ledger : leaving) {
                    long left = (end - System.nanoTime()) / 1_000_000;
                    if (!ledger.awaitFinished(Math.max(0, left))) {
                        LOG.debug("the next member gets the rest again");
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
