package io.github.camelroboflow.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.github.camelroboflow.delivery.outbox.Outbox.Backlog;
import io.github.camelroboflow.inference.support.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveViewTest {

    private static ArrayNode destinations(List<Backlog> backlogs, Map<String, Long> accepted) {
        ArrayNode json = Json.MAPPER.createArrayNode();
        LiveView.addDestinations(json, backlogs, accepted);
        return json;
    }

    @Test
    void receiversOfOneHostAreAllShownWithTheirIds() {
        Instant now = Instant.now();
        ArrayNode json = destinations(List.of(
                new Backlog("1a", "https://hooks.example.com", 5, now, Optional.of("HTTP status 500")),
                new Backlog("2b", "https://hooks.example.com", 3, now, Optional.empty()),
                new Backlog("3c", "queue:alerts", 1, now, Optional.empty())),
                Map.of("https://hooks.example.com", 40L, "file:results", 7L));

        assertThat(json).extracting(each -> each.path("address").asText() + " " + each.path("id").asText() + " "
                + each.path("waiting").asInt() + " " + each.path("accepted").asText("-") + " "
                + each.path("several").asBoolean() + " " + each.path("reason").asText())
                .containsExactly("file:results  0 7 false ", "https://hooks.example.com 1a 5 40 true HTTP status 500",
                        "https://hooks.example.com 2b 3 - true ", "queue:alerts 3c 1 0 false ");
    }
}
