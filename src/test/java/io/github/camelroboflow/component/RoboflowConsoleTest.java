package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import java.io.IOException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsole.MediaType;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoboflowConsoleTest {

    private final FakeEngineContext fake = new FakeEngineContext(new RouteBuilder() {
        @Override
        public void configure() {
            from("direct:parts").to(FakeEngineContext.ENDPOINT + "&apiKey=very-secret");
            from("direct:cloud").to("roboflow:my-project/3?apiKey=very-secret&apiUrl=http://localhost:1");
        }
    });

    @AfterEach
    void stop() {
        fake.close();
    }

    private Object call(MediaType type) {
        DevConsole console = PluginHelper.getDevConsoleResolver(fake.context).resolveDevConsole("roboflow");
        assertThat(console.supportMediaType(type)).isTrue();
        return console.call(type);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(((JsonObject) call(MediaType.JSON)).toJson()).path("models");
    }

    @Test
    void eachModelHasItsRuntimeAndDescription() throws IOException {
        JsonNode models = json();

        assertThat(models).hasSize(2);
        JsonNode cloud = models.path(0).path("model").asText().equals("my-project/3") ? models.path(0) : models.path(1);
        JsonNode parts = cloud == models.path(0) ? models.path(1) : models.path(0);
        assertThat(cloud.path("runtime").asText()).isEqualTo("hosted");
        assertThat(cloud.path("server").asText()).isEqualTo("http://localhost:1");
        assertThat(parts.path("runtime").asText()).isEqualTo("own");
        assertThat(parts.path("open").asBoolean()).isTrue();
        assertThat(parts.path("task").asText()).isEqualTo("object-detection");
        assertThat(parts.path("classes").asText()).isEqualTo("bolt, gear");
        assertThat(parts.path("health").asText()).isEqualTo("UP");
    }

    @Test
    void theReasonOfAFailureIsThere() throws IOException {
        fake.engine.fails(new RoboflowRejectedException("the key is refused: set apiKey"));
        fake.context.createProducerTemplate().send("direct:parts", exchange -> exchange.getMessage().setBody(new byte[] {1}));

        assertThat(json().toString()).contains("\"health\":\"DOWN\"").contains("the key is refused: set apiKey");
    }

    @Test
    void asText() {
        assertThat(call(MediaType.TEXT)).asString().contains("model: parts/1").contains("runtime: own")
                .contains("model: my-project/3").contains("server: http://localhost:1");
    }

    @Test
    void noKeyIsShown() throws IOException {
        assertThat(json().toString()).doesNotContain("very-secret");
        assertThat(call(MediaType.TEXT)).asString().doesNotContain("very-secret");
    }
}
