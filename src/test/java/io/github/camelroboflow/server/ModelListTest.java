package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.inference.support.Hashes;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The list of models for the server's page, and the page. */
class ModelListTest {

    private final LimitedServer server = new LimitedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private int startWithKey() throws IOException {
        return server.start(new ServerSettings.Keys(List.of("k1")), 0, 1000, 5, 10, Duration.ofSeconds(60), Duration.ofSeconds(60));
    }

    private static JsonNode models(int port, String query) {
        Wire.Response response = Wire.ask(port, "GET", "/models" + query, LimitedServer.TEXT, null);
        assertThat(response.status()).isEqualTo(200);
        return response.json();
    }

    @Test
    void allModelsThatClientsMayUseAreListedAndThoseThatAreReadyWithTheirClasses() throws IOException {
        server.models.ready("parts/1");
        JsonNode answer = models(server.start(LimitedServer.STANDARD), "");

        assertThat(answer.path("needs_key").asBoolean(true)).isFalse();
        assertThat(answer.path("models").toString()).isEqualTo("[{\"model_id\":\"parts/1\",\"ready\":true,\"task_type\":"
                + "\"object-detection\",\"classes\":[\"gear\"]},{\"model_id\":\"single\",\"ready\":false}]");
    }

    @Test
    void withoutAKeyThePageLearnsThatItNeedsOneAndNoModel() throws IOException {
        int port = startWithKey();

        assertThat(models(port, "").toString()).isEqualTo("{\"needs_key\":true,\"models\":[]}");
        assertThat(models(port, "?api_key=wrong").toString()).isEqualTo("{\"needs_key\":true,\"models\":[]}");
        assertThat(models(port, "?api_key=k1").path("models")).hasSize(2);
    }

    @Test
    void aModelWithANameOfOnePartHasAPath() throws IOException {
        int port = startWithKey();

        assertThat(Wire.ask(port, "POST", "/single?api_key=k1", LimitedServer.TEXT, LimitedServer.BODY).status()).isEqualTo(200);
        assertThat(Wire.ask(port, "POST", "/single", LimitedServer.TEXT, LimitedServer.BODY).status()).isEqualTo(401);
        assertThat(Wire.ask(port, "POST", "/other?api_key=k1", LimitedServer.TEXT, LimitedServer.BODY).status()).isEqualTo(405);
    }

    /** Names of models, classes and files come from others. */
    @Test
    void nothingButThePagesOwnScriptRunsInIt() throws IOException {
        Wire.Response page = Wire.ask(server.start(LimitedServer.STANDARD), "GET", "/", LimitedServer.TEXT, null);
        String html = page.text();
        String script = html.substring(html.indexOf("<script>") + "<script>".length(), html.indexOf("</script>"));

        assertThat(page.headers().get("content-security-policy")).contains("default-src 'none'",
                "script-src 'sha256-" + Base64.getEncoder().encodeToString(Hashes.sha256(script)) + "';");
        assertThat(html.substring(0, html.indexOf("<script>"))).doesNotContainPattern("\\son[a-z]+=");
        assertThat(script).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }
}
