package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.GeneratedMetadata;
import io.github.camelroboflow.component.fixture.PrintedOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.support.CamelContextHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Camel Main logs the properties of an application at its start. The keys of clients were among them. */
@Isolated("changes what is logged, and needs JMX")
class MaskedOptionsTest {

    private static final String SECRET = "S3CRET";
    private static final String PROPERTIES = """
            camel.component.roboflow.apiKey=S3CRET
            camel.component.roboflow-workflow.apiKey=S3CRET
            camel.component.roboflow-upload.api-key=S3CRET
            camel.component.roboflow-server.keys=S3CRET
            server.keys=S3CRET
            webhook.secret=S3CRET
            queue.password=S3CRET
            camel.main.dumpRoutes=xml
            camel.main.dumpRoutesResolvePlaceholders=false
            """;

    @TempDir
    Path folder;

    @Test
    void noSecretIsInTheSummaryTheDumpsOfRoutesOrJmx() throws Exception {
        Main main = new Main();
        main.setPropertyPlaceholderLocations("file:" + Files.writeString(folder.resolve("app.properties"), PROPERTIES));
        main.bind("fake", new FakeEngine());
        main.configure().addRoutesBuilder(routes());
        try (PrintedOutput seen = new PrintedOutput()) {
            main.start();
            try {
                main.getCamelContext().getEndpoints().forEach(endpoint -> seen.add(endpoint + endpoint.getEndpointUri()));
                seen.addMBeans();
            } finally {
                main.stop();
            }

            assertThat(seen.lines(SECRET)).isEmpty();
            assertThat(seen.text()).contains("Auto-configuration summary", "Property-placeholders summary", "roboflow.apiKey = xxx",
                    "roboflow-workflow.apiKey = xxx", "roboflow-upload.apiKey = xxx", "roboflow-server.keys = xxx",
                    " server.keys = xxx", "webhook.secret = xxx", "queue.password = xxx", "<from", "EndpointUri=roboflow-server");
        }
    }

    /** The program has the property whichever route it runs. */
    @Test
    void theServersKeysAreMaskedWhereNoServerRuns() throws Exception {
        Main main = new Main();
        main.setPropertyPlaceholderLocations("file:" + Files.writeString(folder.resolve("app.properties"), "server.keys=S3CRET"));
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:keys").setBody(constant("{{server.keys}}"));
            }
        });
        try (PrintedOutput seen = new PrintedOutput()) {
            main.start();
            main.stop();

            assertThat(seen.lines(SECRET)).isEmpty();
            assertThat(seen.text()).contains(" server.keys = xxx");
        }
    }

    /** Returns routes that have placeholders, as the page advises. */
    private static RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("roboflow-server:localhost:0").to("roboflow:parts/1?engine=#fake&apiKey={{queue.password}}");
                from("direct:keys").to("roboflow:parts/2?engine=#fake&configuration.apiKey={{server.keys}}")
                        .to("roboflow:parts/3?engine=#fake&apiKey=RAW({{webhook.secret}})");
            }
        };
    }

    /** Only the spelling {@code keys=} was masked. */
    @ParameterizedTest
    @ValueSource(strings = {"keys=", "KEYS=", "configuration.keys=", "keys=other&keys=", "maxRequests=3&Keys="})
    void theServersKeysAreNotInItsUri(String option) throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            assertThat(context.getEndpoint("roboflow-server:localhost:0?" + option + "RAW(" + SECRET + ")").getEndpointUri())
                    .doesNotContain(SECRET).containsIgnoringCase("keys=xxxxxx");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roboflow", "roboflow-workflow", "roboflow-upload", "roboflow-server"})
    void eachSecretOptionIsOneThatCamelMasks(String scheme) throws Exception {
        GeneratedMetadata metadata = GeneratedMetadata.of(scheme);
        try (CamelContext context = new DefaultCamelContext()) {
            context.getComponent(scheme);

            assertThat(metadata.component().entrySet()).filteredOn(option -> isSecret(option.getValue())).isNotEmpty()
                    .allMatch(option -> CamelContextHelper.containsSensitive(context, option.getKey()));
            assertThat(metadata.endpoint().entrySet()).filteredOn(option -> isSecret(option.getValue())).isNotEmpty()
                    .allMatch(option -> CamelContextHelper.containsSensitive(context, option.getKey()));
        }
    }

    private static boolean isSecret(JsonNode option) {
        return option.path("secret").asBoolean();
    }

    @Test
    void keywordsOfTheApplicationStay() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.getCamelContextExtension().setAdditionalSensitiveKeywords("voucher");
            context.getComponent("roboflow-server");

            assertThat(CamelContextHelper.containsSensitive(context, "my.voucher")).isTrue();
            assertThat(CamelContextHelper.containsSensitive(context, "server.keys")).isTrue();
        }
    }
}
