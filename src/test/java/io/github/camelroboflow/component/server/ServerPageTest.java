package io.github.camelroboflow.component.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.component.fixture.GeneratedMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of the page and the metadata that other pages do not have. */
class ServerPageTest {

    private static final GeneratedMetadata METADATA = GeneratedMetadata.of("roboflow-server");

    private static String stated(String option) {
        return METADATA.endpoint().get(option).path("defaultValue").asText();
    }

    @Test
    void defaultsInTheMetadataAreTheCodes() {
        RoboflowServerConfiguration code = new RoboflowServerConfiguration();

        assertThat(stated("maxRequests")).isEqualTo(String.valueOf(code.getMaxRequests()));
        assertThat(stated("maxRequestSize")).isEqualTo(String.valueOf(code.getMaxRequestSize()));
        assertThat(stated("maxConnections")).isEqualTo(String.valueOf(code.getMaxConnections()));
        assertThat(stated("imageUrls")).isEqualTo(String.valueOf(code.isImageUrls()));
        assertThat(List.of(stated("receiveTimeout"), stated("idleTimeout"), stated("stopTimeout")))
                .containsExactly("1m", "1m", "30s");
        assertThat(List.of(code.getReceiveTimeout(), code.getIdleTimeout(), code.getStopTimeout()))
                .containsExactly(60_000L, 60_000L, 30_000L);
    }

    @Test
    void theComponentHasTheEndpointsOptions() {
        Map<String, JsonNode> endpoint = METADATA.endpoint();
        Set<String> expected = new HashSet<>(endpoint.keySet());
        expected.removeAll(Set.of("host", "port", "exceptionHandler", "exchangePattern"));
        expected.addAll(Set.of("configuration", "autowiredEnabled"));

        assertThat(METADATA.component().keySet()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"InvalidImageException", "UnknownModelException", "RoboflowUnavailableException",
                            "RoboflowRejectedException", "ModelPackageException"})
    void itDescribesEveryException(String exception) throws IOException {
        assertThat(Files.readString(Path.of("src/main/docs/roboflow-server-component.adoc"))).contains("| `" + exception + "` |");
    }
}
