package io.github.camelroboflow.component;

import static io.github.camelroboflow.condition.camel.DetectionPredicate.detects;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The check of conditions before there is a result. The model has the classes bolt and gear; other tests log at the same time. */
class ConditionsCheckTest {

    private static final byte[] IMAGE = {1};

    @RegisterExtension
    final LogLines log = new LogLines();

    @Test
    void unknownClassesOfTheUsersOwnEngineAreLoggedOnceAtTheStart() {
        try (FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(FakeEngineContext.ENDPOINT).filter().language("roboflow", "geer1a or gear").stop().end()
                        .choice().when(detects("bolt without geer1b")).stop().end()
                        .filter().simple("${detects('count(geer1c) > 2')}").stop();
            }
        })) {
            assertThat(log.with("geer1")).hasSize(3).allSatisfy(line -> assertThat(line).startsWith("WARN ")
                    .contains("a class that parts/1 does not have. Its classes are bolt, gear."))
                    .anySatisfy(line -> assertThat(line).contains("the condition 'bolt without geer1b' asks for 'geer1b', "));

            camel.send("direct:in", IMAGE, Map.of());
            assertThat(log.with("geer1")).hasSize(3);
        }
    }

    @Test
    void aModelThatIsNotOpenYetMayHaveTheClasses() {
        try (FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(FakeEngineContext.ENDPOINT).filter().language("roboflow", "geer2").stop();
                // a model that messages choose
                getContext().getEndpoint("roboflow:other/1?engine=#fake");
            }
        })) {
            assertThat(log.with("geer2")).isEmpty();

            camel.send("direct:in", IMAGE, Map.of());
            assertThat(log.with("geer2")).hasSize(1);
        }
    }

    @Test
    void aClassOfOneOfTheModelsIsKnown() {
        try (FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(FakeEngineContext.ENDPOINT).to("roboflow:other/1?engine=#fake").filter()
                        .language("roboflow", "ge*r and geer3").stop();
            }
        })) {
            assertThat(log.with("geer3")).singleElement().asString()
                    .contains("asks for 'geer3', a class that other/1 and parts/1 do not have. Their classes are bolt, gear");
            assertThat(camel.engine.opened).hasValue(2);
        }
    }
}
