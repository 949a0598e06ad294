package io.github.camelroboflow.condition.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.condition.camel.DetectsFunction.DetectsArguments;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("try")
class DetectsCheckTest {

    private static final String MESSAGE = "Route 'gate' has a wrong ${detects(…)}: The condition 'person, car' is wrong at"
            + " column 7: found ',' where 'and', 'or' or the end was expected; to ask for any of several, write 'or'"
            + " instead of the comma.";

    /** The steps of a route in which SIMPLE is replaced by a text in the Simple language. */
    @ParameterizedTest
    @ValueSource(strings = {
            "- setBody: { expression: { simple: { expression: SIMPLE } } }",
            "- setBody: { expression: { language: { language: simple, expression: SIMPLE } } }",
            "- setHeader: { name: x, expression: { simple: { expression: SIMPLE } } }",
            "- setHeaders: { headers: [ { name: x, expression: { simple: { expression: SIMPLE } } } ] }",
            "- setVariable: { name: x, expression: { simple: { expression: SIMPLE } } }",
            "- filter: { expression: { simple: { expression: SIMPLE } }, steps: [ { stop: {} } ] }",
            "- choice: { when: [ { expression: { simple: { expression: SIMPLE } }, steps: [ { stop: {} } ] } ] }",
            "- choice: { when: [ { expression: { constant: { expression: 'true' } },"
                    + " steps: [ { log: { message: SIMPLE } } ] } ] }",
            "- choice: { when: [ { expression: { constant: { expression: 'true' } }, steps: [ { stop: {} } ] } ],"
                    + " otherwise: { steps: [ { log: { message: SIMPLE } } ] } }",
            "- log: { message: SIMPLE }",
            "- log: SIMPLE",
            "- toD: { uri: SIMPLE }",
            "- wireTap: { uri: SIMPLE }",
            "- throwException: { exceptionType: java.lang.Exception, message: SIMPLE }",
            "- split: { expression: { simple: { expression: '${body}' } },"
                    + " steps: [ { loop: { expression: { simple: { expression: SIMPLE } }, steps: [ { stop: {} } ] } } ] }",
            "- recipientList: { expression: { simple: { expression: SIMPLE } } }",
            "- validate: { expression: { simple: { expression: SIMPLE } } }",
            "- aggregate: { aggregationStrategy: '#class:org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy',"
                    + " correlationExpression: { constant: { expression: 'true' } },"
                    + " completionPredicate: { simple: { expression: SIMPLE } }, steps: [ { stop: {} } ] }",
            "- doTry: { steps: [ { stop: {} } ], doCatch: [ { exception: [ java.lang.Exception ],"
                    + " onWhen: { simple: { expression: SIMPLE } }, steps: [ { stop: {} } ] } ] }",
            "- doTry: { steps: [ { stop: {} } ], doFinally: { steps: [ { log: { message: SIMPLE } } ] } }",
            "- multicast: { steps: [ { pipeline: { steps: [ { log: { message: SIMPLE } } ] } } ] }"
    })
    void wrongConditionStopsTheRouteWhereverItIs(String steps) throws Exception {
        assertThatThrownBy(() -> start(route(steps, "\"${detects('person, car')}\""))).hasStackTraceContaining(MESSAGE);
        start(route(steps, "\"${detects('person or car')}\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ${detects('person, car')}
            ${detects("person, car")}
            ${ detects( 'person, car' ) }
            $simple{detects('person, car')}
            ${function(detects,'person, car')}
            ${detects('person')} && ${detects('person, car')}
            """)
    void wrongConditionIsSeenInEveryWriting(String simple) {
        assertThat(DetectsArguments.literals(simple)).contains("person, car");
    }

    @Test
    void argumentsThatHoldSimpleThemselvesAreLeftAlone() throws Exception {
        assertThat(DetectsArguments.literals("${detects('${header.class} >>')} ${header.detects} detects('x' ${detects}"))
                .isEmpty();
        start(route("- filter: { expression: { simple: { expression: SIMPLE } }, steps: [ { stop: {} } ] }",
                "\"${detects(${header.condition})}\""));
    }

    @Test
    void longArgumentsNeedNoStack() {
        String condition = "a or \\'b\\' or ".repeat(50_000) + "c";
        assertThat(DetectsArguments.literals("${detects('" + condition + "')}")).hasSize(1);
    }

    @Test
    void otherLanguagesAreLeftAlone() {
        assertThatCode(() -> start(route("- setBody: { expression: { constant: { expression: SIMPLE } } }", "\"${detects(',')}\"")))
                .doesNotThrowAnyException();
    }

    @Test
    void errorHandlersAreReadToo() {
        assertThatThrownBy(() -> start("""
                - onException:
                    exception: [ java.lang.Exception ]
                    handled: { simple: { expression: "${detects('person, car')}" } }
                """ + route("- log: SIMPLE", "x"))).hasStackTraceContaining(MESSAGE);
    }

    @Test
    void placeholdersAreFilledIn() throws Exception {
        try (CamelContext context = Contexts.yaml(route("- log: SIMPLE", "\"${detects('person >= {{least}}')}\""))) {
            context.getPropertiesComponent().addInitialProperty("least", "8");
            assertThatThrownBy(context::start).hasStackTraceContaining("'person >= 8' is wrong at column 11: 8 is no confidence");
        }
    }

    @ParameterizedTest
    @CsvSource({"person or car, true", "'person, car', false"})
    void parametersOfRouteTemplatesAreFilledIn(String condition, boolean right) throws Exception {
        String template = """
                - routeTemplate:
                    id: gates
                    parameters: [ { name: wanted } ]
                    from:
                      uri: direct:in
                      steps: [ { log: { message: "${detects('{{wanted}}')}" } } ]
                - templatedRoute:
                    routeTemplateRef: gates
                    routeId: gate
                    parameters: [ { name: wanted, value: "%s" } ]
                """.formatted(condition);
        if (right) {
            start(template);
        } else {
            assertThatThrownBy(() -> start(template)).hasStackTraceContaining(MESSAGE);
        }
    }

    @Test
    void routesInJavaAreReadToo() {
        assertThatThrownBy(() -> start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("gate").filter(simple("${detects('person, car')}")).stop();
            }
        })).hasStackTraceContaining(MESSAGE);
        assertThatThrownBy(() -> start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("gate").choice().when().simple("${detects('person, car')}").stop().end();
            }
        })).hasStackTraceContaining(MESSAGE);
    }

    @Test
    void routesThatAreAddedLaterAreReadToo() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").routeId("gate").log("${detects('person, car')}");
                }
            })).hasStackTraceContaining(MESSAGE);
        }
    }

    private static String route(String steps, String simple) {
        return """
                - route:
                    id: gate
                    from:
                      uri: direct:in
                      steps:
                        %s
                """.formatted(steps.replace("SIMPLE", simple));
    }

    private static void start(String yaml) throws Exception {
        try (CamelContext context = Contexts.yaml(yaml)) {
            context.start();
        }
    }

    private static void start(RouteBuilder routes) throws Exception {
        try (CamelContext context = Contexts.java(routes)) {
            context.start();
        }
    }
}
