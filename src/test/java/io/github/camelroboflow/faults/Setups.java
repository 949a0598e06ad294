package io.github.camelroboflow.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import io.github.camelroboflow.app.Broker;
import io.github.camelroboflow.app.Table;
import io.github.camelroboflow.faults.Receipts.Receipt;
import io.github.camelroboflow.hosted.FakeRoboflow;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the program is started for each kind of destination: what knows the names of routes and properties is here alone. */
final class Setups {

    private Setups() {
    }

    /** From the inbox to folders; in the long form with the waiting times that are shipped. */
    static Map<String, String> toFolders() {
        Map<String, String> properties = new LinkedHashMap<>(Map.of("samples.enabled", "false", "inbox.unchangedFor", "0",
                "inbox.delay", "50", "camel.component.roboflow.maxConcurrentRequests", "2"));
        if (Scale.CURRENT == Scale.SHORT) {
            properties.putAll(Map.of("outage.retryAfter", "200", "outage.maxRetryAfter", "1s"));
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
        Map<String, String> properties = by(folder, "kamelet:queue?name=");
        properties.put("queue.broker", broker.address());
        return properties;
    }

    /** What came into the queues. */
    static Receipts receipts(Broker broker) {
        Receipts receipts = new Receipts();
        try {
            for (Parts parts : Parts.values()) {
                for (TextMessage message : broker.messages(parts.choice())) {
                    receipts.add(new Receipt(parts.choice(), message.getStringProperty("deliveryId"), message.getStringProperty("image"),
                            message.getText()));
                }
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
        return receipts;
    }

    /** From the inbox to an address for each choice. */
    static Map<String, String> toWebhooks(Path folder, Webhook webhook) {
        Map<String, String> properties = by(folder, "kamelet:webhook?url=" + webhook.address() + "/");
        properties.put("webhook.responseTimeout", String.valueOf(webhook.patience().toMillis()));
        properties.put("delivery.database", "jdbc:h2:file:" + folder.resolve("delivery") + ";WRITE_DELAY=0");
        if (Scale.CURRENT == Scale.SHORT) {
            properties.putAll(Map.of("outbox.retryAfter", "200", "outbox.maxRetryAfter", "1s"));
        }
        return properties;
    }

    /** What a request to a webhook brought. */
    static Receipt receipt(URI address, Headers headers, String body) {
        JsonNode envelope = Results.parse(body);
        String path = address.getPath();
        return new Receipt(path.substring(path.lastIndexOf('/') + 1), headers.getFirst("Delivery-Id"), envelope.path("image").asText(),
                envelope.path("result").toString());
    }

    private static Map<String, String> by(Path folder, String destination) {
        Table table = new Table();
        for (Parts parts : Parts.values()) {
            table.when(parts.condition(), destination + parts.choice());
        }
        Map<String, String> properties = toFolders();
        properties.put("camel.main.routesIncludePattern", "file:routes/watch-folder.camel.yaml,file:" + table.write(folder)
                + ",file:routes/common/*.camel.yaml");
        return properties;
    }
}
