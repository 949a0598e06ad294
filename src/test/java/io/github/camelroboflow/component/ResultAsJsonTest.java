package io.github.camelroboflow.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InferenceJson;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.dataformat.JsonLibrary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A result in other parts of Camel. */
class ResultAsJsonTest {

    private static final String JSON = """
            {"inference_id":"é-1","time":0.0421,"image":{"width":1232,"height":821},"predictions":[{"x":234,"y":363.5,\
            "width":160.0,"height":197,"confidence":0.9434512853622437,"class":"Zahnrad größe","class_id":1,\
            "detection_id":"d-1","new":[1,null]}],"unknown":{"a":true}}""";
    private static final Inference RESULT = InferenceJson.read(JSON);

    @TempDir
    Path folder;

    private final FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
        @Override
        public void configure() {
            from("direct:marshal").to(FakeEngineContext.ENDPOINT).marshal().json(JsonLibrary.Jackson);
            from("direct:file").to(FakeEngineContext.ENDPOINT).toD("file:${header.folder}?fileName=a.jpg.json");
        }
    });

    @AfterEach
    void stop() {
        camel.close();
    }

    private <T> T as(Class<T> type) {
        camel.engine.answers(RESULT);
        return camel.send(new byte[] {1}).getMessage().getBody(type);
    }

    @Test
    void camelConvertsItToTextBytesStreamTreeAndMap() throws Exception {
        assertThat(as(String.class)).isEqualTo(JSON);
        assertThat(as(byte[].class)).asString(UTF_8).isEqualTo(JSON);
        assertThat(as(InputStream.class).readAllBytes()).asString(UTF_8).isEqualTo(JSON);
        assertThat(as(JsonNode.class)).isEqualTo(new ObjectMapper().readTree(JSON));
        assertThat(as(Map.class)).isEqualTo(new ObjectMapper().readValue(JSON, Map.class));
    }

    @Test
    void marshalGivesTheSameJson() {
        camel.engine.answers(RESULT);
        Exchange exchange = camel.send("direct:marshal", new byte[] {1}, Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(JSON);
    }

    @Test
    void aFileEndpointWritesIt() throws Exception {
        camel.engine.answers(RESULT);
        Exchange exchange = camel.send("direct:file", new byte[] {1}, Map.of("folder", folder.toString()));

        assertThat(exchange.getException()).isNull();
        assertThat(folder.resolve("a.jpg.json")).hasContent(JSON);
    }

    @Test
    void aBatchIsMarshalledWithItsFailures() {
        camel.engine.answers(RESULT);
        String json = camel.send("direct:marshal", List.of(new byte[] {1}, new byte[] {2}), Map.of()).getMessage()
                .getBody(String.class);
        assertThat(json).isEqualTo("[" + JSON + "," + JSON + "]");

        assertThat(new ObjectMapper().valueToTree(new InferenceFailure("a.jpg", "damaged", "InvalidImageException")).toString())
                .isEqualTo("{\"image\":\"a.jpg\",\"error\":\"damaged\",\"type\":\"InvalidImageException\"}");
    }

    @Test
    void itNeverTravelsAsAJavaObject() {
        assertThat(as(Object.class)).isInstanceOf(Inference.class).isNotInstanceOf(Serializable.class);
    }
}
