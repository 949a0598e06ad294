package io.github.camelroboflow.condition.camel;

import static io.github.camelroboflow.condition.Results.detections;
import static io.github.camelroboflow.condition.camel.DetectionPredicate.detects;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.condition.ConditionSyntaxException;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("try")
class RoboflowLanguageTest {

    private static final String CHOICE = """
            - route:
                id: sort
                from:
                  uri: direct:in
                  steps:
                    - choice:
                        when:
                          - expression:
                              language:
                                language: roboflow
                                expression: "person without helmet"
                            steps:
                              - setHeader: { name: found, expression: { constant: { expression: unsafe } } }
                          - expression:
                              language:
                                language: roboflow
                                expression: 'traffic light >= 0.8'
                            steps:
                              - setHeader: { name: found, expression: { constant: { expression: light } } }
                          - expression:
                              language:
                                language: roboflow
                                expression: "*"
                            steps:
                              - setHeader: { name: found, expression: { constant: { expression: other } } }
                        otherwise:
                          steps:
                            - setHeader: { name: found, expression: { constant: { expression: nothing } } }
            """;

    @ParameterizedTest(name = "{0} goes to {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            person/0.5               | unsafe
            traffic light/0.8        | light
            traffic light/0.7        | other
            ``                       | nothing
            """)
    void choosesInYaml(String result, String expected) throws Exception {
        try (CamelContext context = Contexts.yaml(CHOICE)) {
            context.start();
            Exchange exchange = Contexts.send(context, "direct:in", detections(result), null);
            assertThat(exchange.getMessage().getHeader("found")).isEqualTo(expected);
        }
    }

    /** The example of the language's page. */
    @Test
    void asksTheOutputOfAWorkflowThatWasMadeTheBody() throws Exception {
        String routes = CHOICE.replace("        - choice:",
                "        - setBody: { expression: { simple: { expression: '${body.inferences[people]}' } } }\n        - choice:");
        Inference outputs = InferenceJson.read("{\"helmets\":%s,\"people\":%s}"
                .formatted(detections("helmet/0.8").toJson(), detections("person/0.9").toJson()));
        try (CamelContext context = Contexts.yaml(routes)) {
            context.start();
            assertThat(Contexts.send(context, "direct:in", outputs, null).getMessage().getHeader("found")).isEqualTo("unsafe");
        }
    }

    @Test
    void wrongConditionStopsTheRouteFromStarting() throws Exception {
        try (CamelContext context = Contexts.yaml(CHOICE.replace("traffic light >= 0.8", "traffic light, car"))) {
            assertThatThrownBy(context::start).hasMessageContaining("sort").rootCause().isInstanceOf(ConditionSyntaxException.class)
                    .hasMessage("The condition 'traffic light, car' is wrong at column 14: found ',' where 'and', 'or' or the end"
                            + " was expected; to ask for any of several, write 'or' instead of the comma.");
        }
    }

    @Test
    void resultThatCanNotAnswerFailsTheMessage() throws Exception {
        try (CamelContext context = Contexts.yaml(CHOICE)) {
            context.start();
            assertThat(Contexts.send(context, "direct:in", "{\"predictions\":{},\"predicted_classes\":[]}", null).getException())
                    .isInstanceOf(ConditionException.class).hasMessageContaining("this result is a multi-label classification");
        }
    }

    @Test
    void isABooleanAsAnExpression() throws Exception {
        try (CamelContext context = Contexts.yaml("""
                - from:
                    uri: direct:in
                    steps:
                      - setBody:
                          expression: { language: { language: roboflow, expression: "count(person) > 1" } }
                """)) {
            context.start();
            assertThat(Contexts.send(context, "direct:in", detections("person/1; person/1"), null).getMessage().getBody())
                    .isEqualTo(true);
            assertThat(Contexts.send(context, "direct:in", detections("person/1"), null).getMessage().getBody()).isEqualTo(false);
        }
    }

    @Test
    void conditionMayComeFromPropertiesOrAFile() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addInitialProperty("least", "80%");
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:property").setBody().language("roboflow", "person >= {{least}}");
                    from("direct:file").setBody().language("roboflow", "resource:classpath:conditions/unsafe.txt");
                }
            });
            context.start();
            for (String uri : List.of("direct:property", "direct:file")) {
                assertThat(Contexts.send(context, uri, detections("person/0.8"), null).getMessage().getBody()).isEqualTo(true);
            }
        }
    }

    @Test
    void filtersInJava() throws Exception {
        try (CamelContext context = Contexts.java(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").filter(detects("person and not helmet")).setHeader("unsafe", constant(true));
            }
        })) {
            context.start();
            assertThat(Contexts.send(context, "direct:in", detections("person/1"), null).getMessage().getHeaders())
                    .containsEntry("unsafe", true);
            assertThat(Contexts.send(context, "direct:in", detections("car/1"), null).getMessage().getHeaders()).isEmpty();
        }
        assertThat(detects("person")).hasToString("person");
    }

    @Test
    void wrongConditionInJavaIsRefusedAtOnce() {
        assertThatThrownBy(() -> detects("person >")).isInstanceOf(ConditionSyntaxException.class).hasMessageContaining("column 9");
    }
}
