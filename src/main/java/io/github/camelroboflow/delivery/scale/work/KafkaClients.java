package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.scale.work.ReferenceComponent.WorkSettings;
import io.github.camelroboflow.inference.support.MessageText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Kafka's clients of a worker, whose group is {@code camel-roboflow.<topic>}, with the encryption and the passwords that are set
 * for the component {@code kafka}.
 */
final class KafkaClients implements ReferenceJobs.Topics, AutoCloseable {

    /** The header of a dead letter that says why the message was given up. */
    static final String REASON = "reason";

    /** The time after which a worker that sends no sign of life counts as dead. */
    private static final Duration SESSION = Duration.ofSeconds(10);
    /** The same for a worker with an id of its own, which may start again meanwhile without a change of partitions. */
    private static final Duration SESSION_OF_ID = Duration.ofSeconds(45);
    /**
     * The longest time that a worker which joins waits for one with an id that is dead, and longer than the reader ever takes from
     * one poll to the next. Kafka waits for such a worker until its session ends otherwise, and workers that are killed again and
     * again would wait for each other.
     */
    private static final Duration LONGEST_JOIN = Duration.ofSeconds(20);
    /**
     * The number of bytes of a message that is no reference, and of characters of its key, that dead letters keep: the brokers
     * take no letter that is much larger than a message, which would stay in the topic for ever then.
     */
    private static final int LARGEST_LETTER = 100_000;
    private static final int LONGEST_KEY = 1000;
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final CamelContext context;
    private final String topic;
    private final WorkSettings settings;
    private Producer<String, byte[]> producer;

    KafkaClients(CamelContext context, String topic, WorkSettings settings) {
        this.context = context;
        this.topic = topic;
        this.settings = settings;
    }

    private KafkaConfiguration configuration() {
        KafkaConfiguration configuration = context.getComponent("kafka", KafkaComponent.class).getConfiguration().copy();
        configuration.setBrokers(settings.brokers());
        return configuration;
    }

    Consumer<String, byte[]> consumer() {
        Properties properties = configuration().createConsumerProperties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.brokers());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, "camel-roboflow." + topic);
        if (!settings.workerId().isEmpty()) {
            properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.workerId());
        }
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                (int) (settings.workerId().isEmpty() ? SESSION : SESSION_OF_ID).toMillis());
        // the brokers take this as the time that members may take to join
        properties.putIfAbsent(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) LONGEST_JOIN.toMillis());
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // a message is taken only when there is room for it
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private synchronized Producer<String, byte[]> producer() {
        if (producer == null) {
            Properties properties = configuration().createProducerProperties();
            properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.brokers());
            properties.put(ProducerConfig.ACKS_CONFIG, "all");
            properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            int timeout = (int) settings.timeout().toMillis();
            properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout);
            properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout);
            properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
            properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
        }
        return producer;
    }

    @Override
    public void sendAgain(ConsumerRecord<String, byte[]> record) {
        send(new ProducerRecord<>(topic, null, record.value()));
    }

    @Override
    public void giveUp(ConsumerRecord<String, byte[]> record, String reason) {
        boolean isShort = record.key() == null || record.key().length() <= LONGEST_KEY;
        ProducerRecord<String, byte[]> letter = new ProducerRecord<>(settings.deadLetters(), isShort ? record.key() : null,
                beginning(record.value()));
        letter.headers().add(REASON, MessageText.printable(reason).getBytes(StandardCharsets.UTF_8));
        send(letter);
    }

    private static byte[] beginning(byte[] value) {
        return value == null || value.length <= LARGEST_LETTER ? value : Arrays.copyOf(value, LARGEST_LETTER);
    }

    /** @throws KafkaException if the brokers do not have it */
    private void send(ProducerRecord<String, byte[]> message) {
        try {
            producer().send(message).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure ? failure
                    : new KafkaException("nothing can be sent to " + message.topic(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(CLOSE);
            producer = null;
        }
    }
}
