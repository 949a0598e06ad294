package io.github.camelroboflow.component.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.server.fixture.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server in front of Roboflow's. Clients have keys of this server, and Roboflow's key stays on the server. */
class GatewayTest {

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    private void start(Duration cacheTtl) throws Exception {
        RoboflowConfiguration defaults = new RoboflowConfiguration();
        defaults.setRuntime(InferenceRuntime.HOSTED);
        defaults.setApiUrl(cloud.address());
        defaults.setApiKey(FakeRoboflow.KEY);
        defaults.setMaxRetries(0);
        defaults.setCacheTtl(cacheTtl.toMillis());
        context.getComponent("roboflow", RoboflowComponent.class).setConfiguration(defaults);
        context.addRoutes(new RouteBuilder() {

            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("roboflow-server:localhost:0?keys=house,office").routeId("server")
                        .setHeader("CamelRoboflowModel", header("CamelRoboflowRequestedModel"))
                        .to("roboflow:*?allowedModels=*,*/*");
            }
        });
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        cloud.close();
    }

    private Wire.Response post(String key) {
        return post(key, "");
    }

    private Wire.Response post(String key, String query) {
        String url = ((RoboflowServerEndpoint) context.getRoute("server").getEndpoint()).url().orElseThrow();
        return Wire.ask(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)), "POST",
                "/" + FakeRoboflow.MODEL + "?api_key=" + key + query, "application/x-www-form-urlencoded", ServerFixture.image());
    }

    @Test
    void clientsUseKeysOfTheServerAndRoboflowsKeyStaysOnIt() throws Exception {
        start(Duration.ZERO);
        assertThat(post(FakeRoboflow.KEY).status()).isEqualTo(401);
        assertThat(cloud.requests()).isEmpty();

        assertThat(post("house").json().path("predictions").findValuesAsText("class")).contains("person", "helmet");
        assertThat(cloud.requests()).hasSize(1);
        assertThat(cloud.requests().toString()).doesNotContain("house");
    }

    @ParameterizedTest
    @CsvSource({"401, 502", "402, 402", "403, 403", "404, 404", "423, 423", "418, 502", "503, 503"})
    void refusalsOfRoboflowAreMappedToAnswersAlsoTheSecondTime(int refusal, int answer) throws Exception {
        start(Duration.ofHours(1));
        cloud.always(Behaviour.status(refusal));

        assertThat(post("house").status()).isEqualTo(answer);
        Wire.Response again = post("house");
        assertThat(again.status()).isEqualTo(answer);
        assertThat(again.text()).doesNotContain(FakeRoboflow.KEY).doesNotContain("apiKey");
    }

    @Test
    void aModelWhoseTaskIsUnknownHasOneThatClientsAccept() throws Exception {
        start(Duration.ZERO);
        String url = ((RoboflowServerEndpoint) context.getRoute("server").getEndpoint()).url().orElseThrow();
        byte[] model = ("{\"api_key\":\"house\",\"model_id\":\"" + FakeRoboflow.MODEL + "\"}").getBytes(StandardCharsets.US_ASCII);

        Wire.Response registry = Wire.ask(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)), "POST", "/model/add",
                "application/json", model);
        assertThat(registry.json().at("/models/0/task_type").asText()).isEqualTo("object-detection");
    }

    @Test
    void cachedAnswersAreSharedByAllClients() throws Exception {
        start(Duration.ofHours(1));

        Wire.Response first = post("house");
        Wire.Response second = post("office");
        assertThat(second.json().get("predictions")).isEqualTo(first.json().get("predictions")).isNotEmpty();
        assertThat(cloud.requests()).hasSize(1);

        assertThat(post("house", "&confidence=90").status()).isEqualTo(200);
        assertThat(cloud.requests()).hasSize(2);
        assertThat(post("stranger").status()).isEqualTo(401);
    }

    @Test
    void withoutACacheEachRequestGoesToRoboflow() throws Exception {
        start(Duration.ZERO);
        post("house");
        post("house");

        assertThat(cloud.requests()).hasSize(2);
    }
}
