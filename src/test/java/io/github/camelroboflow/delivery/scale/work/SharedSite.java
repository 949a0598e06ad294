package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.folder.SharedFolder;
import io.github.camelroboflow.delivery.scale.ClaimTable;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.app.fixture.KafkaServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A shared folder, a topic and a table of claims, with a dispatcher that sends what a test tells it. */
final class SharedSite implements AutoCloseable {

    static final int MAX_ATTEMPTS = 3;

    private final KafkaServer kafka;
    private final Path data;
    private final String topic = "images-" + UUID.randomUUID();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final DeliveryDatabase database = new DeliveryDatabase(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID()
            + ";DB_CLOSE_DELAY=-1", "", "", Durability.PROCESS));
    private final ClaimTable claims;
    private final Producer<String, String> producer;
    private final String folderId;

    SharedSite(KafkaServer kafka, Path data, int partitions) {
        this.kafka = kafka;
        this.data = data;
        kafka.createTopic(topic, partitions, Map.of());
        kafka.createTopic(deadLetters());
        database.setCamelContext(context);
        context.start();
        claims = new ClaimTable(database);
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", kafka.address()), new StringSerializer(),
                new StringSerializer());
        try {
            for (String folder : List.of("inbox", "work", "done", "failed")) {
                Files.createDirectories(data.resolve(folder));
            }
            folderId = SharedFolder.makeId(data.resolve("work"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    KafkaServer kafka() {
        return kafka;
    }

    String topic() {
        return topic;
    }

    String deadLetters() {
        return topic + "-failed";
    }

    ClaimTable claims() {
        return claims;
    }

    InboxSettings folders() {
        return new InboxSettings(data.resolve("inbox"), data.resolve("work"), data.resolve("done"), data.resolve("failed"), "",
                Duration.ZERO, MAX_ATTEMPTS, Durability.PROCESS);
    }

    /** Puts an image into work, claims it and sends its reference. */
    ImageReference dispatch(String name) {
        UUID claim = UUID.randomUUID();
        String key = claim + "/" + name;
        try {
            Path file = data.resolve("work").resolve(key);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
            ImageReference reference = new ImageReference(claim, ImageReference.Kind.FILE, folderId, key, name, Files.size(file),
                    Long.toString(Files.getLastModifiedTime(file).toMillis()), Instant.now(), 0);
            claims.claim(List.of(reference));
            send(reference);
            return reference;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(ImageReference reference) {
        send(reference.claim().toString(), reference.json());
    }

    void send(String key, String value) {
        producer.send(new ProducerRecord<>(topic, key, value));
        producer.flush();
    }

    /** Returns the names of the files in a folder, sorted. */
    List<String> files(String folder) {
        try (Stream<Path> files = Files.walk(data.resolve(folder))) {
            return files.filter(Files::isRegularFile).map(file -> data.resolve(folder).relativize(file).toString())
                    .filter(name -> !name.startsWith(".")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long open() {
        return claims.backlog().images();
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        context.stop();
    }
}
