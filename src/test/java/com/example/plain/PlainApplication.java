package com.example.plain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import java.io.File;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** An application with the library and Camel's own parts, and without our program. */
final class PlainApplication {

    static final File GEARS = new File("config/samples/gears.jpg");

    private static final String MODEL = "roboflow:parts-detect/1?runtime=embedded&modelsDirectory=config/models";

    private final Properties properties = new Properties();

    void set(String property, String value) {
        properties.setProperty(property, value);
    }

    /** Sends an image with a gear through the model to the destinations. */
    void send(String... destinations) throws Exception {
        try (CamelContext context = context(destinations)) {
            context.start();
            context.createProducerTemplate().sendBodyAndHeader("direct:images", GEARS, "CamelFileName", "line 1/gears.jpg");
        }
    }

    CamelContext context(String... destinations) throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().setInitialProperties(properties);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:images").setVariable("image", body()).to(MODEL).to(destinations);
            }
        });
        return context;
    }

    /** An application without our program has none of its files, and may read no properties of components. */
    static void assertTellsNothingOfTheProgram(Throwable failure) {
        Stream<String> told = Stream.iterate(failure, cause -> cause != null, Throwable::getCause).map(Throwable::getMessage);
        assertThat(Stream.concat(told, Stream.of(FailureClassifier.describe(failure)))).allSatisfy(text -> assertThat(text)
                .doesNotContain("config/application.properties", "routes/", "camel.component.", "QUEUE_USER", "-Droutes"));
    }

    static void assertGear(String json) throws Exception {
        assertThat(new ObjectMapper().readTree(json).at("/predictions/0/class").textValue()).isEqualTo("gear");
    }
}
