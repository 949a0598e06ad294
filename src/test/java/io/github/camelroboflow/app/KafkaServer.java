package io.github.camelroboflow.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Kafka: one broker that is its own controller; topics are not made by who uses them. */
public final class KafkaServer implements AutoCloseable {

    private final ServerProcess process;
    private final Path configuration;

    public KafkaServer(Path folder) {
        int port = Ports.free();
        int controller = Ports.free();
        try {
            configuration = Files.write(folder.resolve("kafka.properties"), List.of("process.roles=broker,controller", "node.id=1",
                    "controller.quorum.voters=1@127.0.0.1:" + controller, "controller.listener.names=CONTROLLER",
                    "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT", "log.dirs=" + folder.resolve("logs"),
                    "auto.create.topics.enable=false", "offsets.topic.replication.factor=1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = new ServerProcess("kafka", port, folder, "kafka.Kafka", configuration.toString());
        process.runOnce("kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qk", "-c", configuration.toString());
    }

    public KafkaServer start() {
        process.start();
        return this;
    }

    public String address() {
        return "127.0.0.1:" + process.port();
    }

    public void createTopic(String name) {
        createTopic(name, Map.of());
    }

    void createTopic(String name, Map<String, String> settings) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address()))) {
            admin.createTopics(List.of(new NewTopic(name, 1, (short) 1).configs(settings))).all().toCompletionStage()
                    .toCompletableFuture().join();
        }
    }

    /** All that is in the topic. */
    List<ConsumerRecord<String, String>> records(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", address()),
                new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(found::add);
            }
        }
        return found;
    }

    @Override
    public void close() {
        process.close();
    }
}
