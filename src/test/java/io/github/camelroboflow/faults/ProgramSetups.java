package io.github.camelroboflow.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.faults.ReceivedResults.Receipt;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** How the program is started for each kind of destination: what knows the names of routes and properties is here alone. */
final class ProgramSetups {

    private ProgramSetups() {
    }

    /** From the inbox to folders; in the long form with the waiting times that are shipped. */
    static Map<String, String> toFolders() {
        Map<String, String> properties = new LinkedHashMap<>(Map.of("samples.enabled", "false", "inbox.unchangedFor", "0",
                "inbox.delay", "50", "camel.component.roboflow.maxConcurrentRequests", "2"));
        if (FaultTestScale.CURRENT == FaultTestScale.SHORT) {
            properties.putAll(Map.of("outage.retryAfter", "200", "outage.maxRetryAfter", "1s",
                    "outbox.retryAfter", "200", "outbox.maxRetryAfter", "1s"));
        }
        return properties;
    }

    /** The same with the model on a server. */
    static Map<String, String> hosted(FakeRoboflow server) {
        Map<String, String> properties = toFolders();
        properties.putAll(Map.of("camel.component.roboflow.runtime", "hosted", "camel.component.roboflow.apiUrl", server.address(),
                "camel.component.roboflow.apiKey", FakeRoboflow.KEY, "model", FakeRoboflow.MODEL));
        return properties;
    }

    /** From the inbox to a queue for each choice. */
    static Map<String, String> toQueues(Path folder, Broker broker) {
        return by(folder, Map.of("queue.broker", broker.address()), "kamelet:queue?name=");
    }

    /** What came into the queues. */
    static ReceivedResults receipts(Broker broker) {
        ReceivedResults receipts = new ReceivedResults();
        try {
            for (ImageSubject parts : ImageSubject.values()) {
                for (TextMessage message : broker.messages(parts.choice())) {
                    receipts.add(new Receipt(parts.choice(), message.getStringProperty("deliveryId"),
                            message.getStringProperty("image"), message.getText()));
                }
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
        return receipts;
    }

    /** From the inbox to an address for each choice. */
    static Map<String, String> toWebhooks(Path folder, FaultyWebhook webhook) {
        return by(folder, patience(webhook), "kamelet:webhook?url=" + webhook.address() + "/");
    }

    private static Map<String, String> patience(FaultyWebhook webhook) {
        return Map.of("webhook.responseTimeout", String.valueOf(webhook.patience().toMillis()));
    }

    /** From the inbox to a folder, a queue and an address for each choice. */
    static Map<String, String> toAll(Path folder, Broker broker, FaultyWebhook webhook) {
        Map<String, String> properties = new LinkedHashMap<>(patience(webhook));
        properties.put("queue.broker", broker.address());
        return by(folder, properties, "kamelet:folder?name=", "kamelet:queue?name=",
                "kamelet:webhook?url=" + webhook.address() + "/");
    }

    /** From the inbox to a folder and an address for each choice. */
    static Map<String, String> toFoldersAndWebhooks(Path folder, FaultyWebhook webhook) {
        return by(folder, patience(webhook), "kamelet:folder?name=", "kamelet:webhook?url=" + webhook.address() + "/");
    }

    /** What a request to a webhook brought. */
    static Receipt receipt(URI address, Headers headers, String body) {
        JsonNode envelope = WrittenResults.parse(body);
        String path = address.getPath();
        return new Receipt(path.substring(path.lastIndexOf('/') + 1), headers.getFirst("Delivery-Id"),
                envelope.path("image").asText(), envelope.path("result").toString());
    }

    /** From a bucket to objects in another, both of them by a proxy. */
    static Map<String, String> fromBucket(Path folder, S3Server s3, FaultyProxy proxy) {
        Map<String, String> properties = new LinkedHashMap<>(s3.properties(folder));
        properties.put("s3.endpoint", proxy.address());
        properties.put("routes", "watch-bucket");
        RoutingTable table = new RoutingTable();
        for (ImageSubject parts : ImageSubject.values()) {
            table.when(parts.condition(), "kamelet:s3?bucket=results&prefix=" + parts.choice() + "/");
        }
        Map<String, String> all = toFolders();
        all.putAll(properties);
        all.put("camel.main.routesIncludePattern", "file:routes/watch-bucket.camel.yaml,file:" + table.write(folder));
        return all;
    }

    /** @param destinations URIs that the choice is put to the end of */
    private static Map<String, String> by(Path folder, Map<String, String> more, String... destinations) {
        RoutingTable table = new RoutingTable();
        for (ImageSubject parts : ImageSubject.values()) {
            table.when(parts.condition(), Stream.of(destinations).map(uri -> uri + parts.choice()).toArray(String[]::new));
        }
        Map<String, String> properties = toFolders();
        properties.putAll(more);
        properties.put("camel.main.routesIncludePattern", "file:routes/watch-folder.camel.yaml,file:" + table.write(folder));
        return properties;
    }
}
