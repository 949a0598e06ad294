package io.github.camelroboflow.faults;

import io.github.camelroboflow.hosted.FakeRoboflow;
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
}
