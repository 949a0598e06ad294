package io.github.camelroboflow.condition.camel;

import static io.github.camelroboflow.condition.Results.detections;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.condition.ConditionSyntaxException;
import io.github.camelroboflow.condition.camel.ConditionPlugin.CamelVersion;
import io.github.camelroboflow.inference.support.ContractNames;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Language;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("try")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DetectsFunctionTest {

    private final CamelContext context = new DefaultCamelContext();

    @BeforeAll
    void start() {
        context.getPropertiesComponent().addInitialProperty("least", "0.8");
        context.start();
    }

    @AfterAll
    void stop() throws Exception {
        context.close();
    }

    private Exchange exchange(String lastResult) {
        Exchange exchange = Contexts.exchange(context, "the image");
        exchange.setProperty(ContractNames.INFERENCE, detections(lastResult));
        exchange.setProperty("wanted", "person >= 0.8");
        exchange.setVariable("before", detections("truck/0.9"));
        return exchange;
    }

    private boolean test(String simple, Exchange exchange) {
        Language language = context.resolveLanguage("simple");
        return language.createPredicate(context.resolvePropertyPlaceholders(simple)).matches(exchange);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ${detects('person')}                                          | true
            ${detects('car')}                                             | false
            ${detects("person")}                                          | true
            ${detects(person)}                                            | true
            ${detects('person >= {{least}}')}                             | true
            ${detects('count(person) > 3')}                               | false
            ${detects('count(person >= 0.6) = 1 and not (car or bus)')}   | true
            ${detects('traffic light')}                                   | true
            ${detects('"traffic light"')}                                 | true
            ${detects('\\'traffic light\\'')}                             | true
            ${detects("'traffic light'")}                                 | true
            ${detects('"traffic light" and person')}                      | true
            ${detects('person or "none"')}                                | true
            ${detects('*')}                                               | true
            ${detects('coverage(*) > 0.5%')}                              | true
            ${detects('before: truck')}                                   | true
            ${detects('before: person')}                                  | false
            ${detects(${exchangeProperty.wanted})}                        | true
            ${function(detects,'person')}                                 | true
            ${detects('person')} && ${detects('traffic light')}           | true
            ${detects('person')} && ${detects('car')}                     | false
            ${detects('car')} == false                                    | true
            """)
    void answersFromTheLastResult(String simple, boolean expected) {
        Exchange exchange = exchange("person/0.8; traffic light/0.5");
        assertThat(test(simple, exchange)).isEqualTo(expected);
        assertThat(exchange.getMessage().getBody()).isEqualTo("the image");
    }

    @Test
    void commaStaysInTheConditionAndIsRefused() {
        assertThatThrownBy(() -> test("${detects('person, car')}", exchange("person/0.8")))
                .isInstanceOf(ConditionSyntaxException.class).hasMessageContaining("'person, car' is wrong at column 7");
    }

    @Test
    void withoutAResultSaysThatTheBodyIsHidden() {
        Exchange exchange = Contexts.exchange(context, detections("person/0.8"));
        assertThatThrownBy(() -> test("${detects('person')}", exchange)).isInstanceOf(ConditionException.class)
                .hasMessage("The condition 'person' has no result to look at: there is none in the exchange property"
                        + " CamelRoboflowInference, and Camel hides the body from ${detects(…)}; use language: roboflow,"
                        + " which sees the body, or keep the result in a variable and name that, as in 'result: person'");
    }

    @Test
    void needsACondition() {
        assertThatThrownBy(() -> context.resolveLanguage("simple").createPredicate("${detects}")
                .matches(Contexts.exchange(context, detections("person/0.8")))).isInstanceOf(ConditionException.class)
                .hasMessageContaining("${detects(…)} takes a condition in quotes");
    }

    @Test
    void isThereInYamlWithoutRegistration() throws Exception {
        try (CamelContext yaml = Contexts.yaml("""
                - from:
                    uri: direct:in
                    steps:
                      - filter:
                          expression: { simple: { expression: "${detects('person without helmet')}" } }
                          steps:
                            - setBody: { expression: { simple: { expression: "unsafe: ${detects('person')}" } } }
                """)) {
            yaml.start();
            assertThat(Contexts.send(yaml, "direct:in", "image", detections("person/1")).getMessage().getBody())
                    .isEqualTo("unsafe: true");
            assertThat(Contexts.send(yaml, "direct:in", "image", detections("car/1")).getMessage().getBody()).isEqualTo("image");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod", "test"})
    void isThereInEveryProfile(String profile) throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            camel.getCamelContextExtension().setProfile(profile);
            camel.start();
            Exchange exchange = Contexts.exchange(camel, "image");
            exchange.setProperty(ContractNames.INFERENCE, detections("person/1"));
            assertThat(camel.resolveLanguage("simple").createPredicate("${detects('person')}").matches(exchange)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.22.4", "4.17.9", "4.4.0-SNAPSHOT"})
    void anOlderCamelIsRefusedInOneSentence(String version) {
        assertThatThrownBy(() -> CamelVersion.check(withVersion(version))).hasMessage("camel-roboflow needs Camel 4.18 or later,"
                + " and this application has Camel " + version + ": raise the version of all its Camel dependencies");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.18.0", "4.100.1", "5.0.0-M1", "unknown"})
    void aNewerOrUnknownCamelIsAccepted(String version) {
        assertThatCode(() -> CamelVersion.check(withVersion(version))).doesNotThrowAnyException();
    }

    private static CamelContext withVersion(String version) {
        return new DefaultCamelContext() {
            @Override
            public String getVersion() {
                return version;
            }
        };
    }
}
