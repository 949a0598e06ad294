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

/** The settings of the program for each kind of destination. Only this class knows the names of routes and properties. */
final class ProgramSetups {

    private ProgramSetups() {
    }

    /**
     * Sends results to folders. The long form uses the shipped waiting times. An image may be in progress at any number of kills,
     * at the last one alone, and does not fail as one that crashes the program.
     */
    static Map<String, String> toFolders() {
        Map<String, String> properties = new LinkedHashMap<>(Map.of("samples.enabled", "false", "inbox.unchangedFor", "0",
                "inbox.delay", "50", "inbox.maxAttempts", "1000", "camel.component.roboflow.maxConcurrentRequests", "2"));
        if (FaultTestScale.CURRENT == FaultTestScale.SHORT) {
            properties.putAll(Map.of("outage.retryAfter", "200", "outage.maxRetryAfter", "1s",
                    "outbox.retryAfter", "200", "outbox.maxRetryAfter", "1s"));
        }
        return properties;
    }

    /** Sends results to folders, with the model on a server. */
    static Map<String, String> hosted(FakeRoboflow server) {
        Map<String, String> properties = toFolders();
        properties.putAll(Map.of("camel.component.roboflow.runtime", "hosted", "camel.component.roboflow.apiUrl", server.address(),
                "camel.component.roboflow.apiKey", FakeRoboflow.KEY, "model", FakeRoboflow.MODEL));
        return properties;
    }

    /** Sends results to one queue for each choice. */
    static Map<String, String> toQueues(Path folder, Broker broker) {
        return by(folder, Map.of("queue.broker", broker.address()), "kamelet:queue?name=");
    }

    /** Reads the results in the queues. */
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

    /** Sends results to one address for each choice. */
    static Map<String, String> toWebhooks(Path folder, FaultyWebhook webhook) {
        return by(folder, timeout(webhook), "kamelet:webhook?url=" + webhook.address() + "/");
    }

    private static Map<String, String> timeout(FaultyWebhook webhook) {
        return Map.of("webhook.responseTimeout", String.valueOf(webhook.timeout().toMillis()));
    }

    /** Sends results to a folder, a queue and an address for each choice. */
    static Map<String, String> toAll(Path folder, Broker broker, FaultyWebhook webhook) {
        Map<String, String> properties = new LinkedHashMap<>(timeout(webhook));
        properties.put("queue.broker", broker.address());
        return by(folder, properties, "kamelet:folder?name=", "kamelet:queue?name=",
                "kamelet:webhook?url=" + webhook.address() + "/");
    }

    /** Sends results to a folder and an address for each choice. */
    static Map<String, String> toFoldersAndWebhooks(Path folder, FaultyWebhook webhook) {
        return by(folder, timeout(webhook), "kamelet:folder?name=", "kamelet:webhook?url=" + webhook.address() + "/");
    }

    /** Reads the result from a request to a webhook. */
    static Receipt receipt(URI address, Headers headers, String body) {
        JsonNode envelope = WrittenResults.parse(body);
        String path = address.getPath();
        return new Receipt(path.substring(path.lastIndexOf('/') + 1), headers.getFirst("Delivery-Id"),
                envelope.path("image").asText(), envelope.path("result").toString());
    }

    /** Reads images from a bucket and writes results to another one, both through a proxy. */
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

    /** @param destinations URIs to which the choice is appended */
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
