package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.condition.Results;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RoboflowSpanDecoratorTest {

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final SdkTracerProvider provider =
            SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
    private final FakeEngine engine = new FakeEngine();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() throws Exception {
        context.getRegistry().bind("fake", engine);
        context.getRegistry().bind("tracer", provider.get("test"));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:start").to(FakeEngineContext.ENDPOINT);
            }
        });
        new OpenTelemetryTracer().init(context);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        provider.close();
    }

    private SpanData span() {
        context.createProducerTemplate().send("direct:start", exchange -> exchange.getMessage().setBody(new byte[] {1}));
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> "roboflow".equals(span.getAttributes().get(AttributeKey.stringKey("url.scheme"))))
                .reduce((first, second) -> second).orElseThrow();
    }

    private static Map<String, String> ours(SpanData span) {
        Map<String, String> attributes = new TreeMap<>();
        span.getAttributes().forEach((key, value) -> {
            if (key.getKey().startsWith("roboflow.")) {
                attributes.put(key.getKey(), value.toString());
            }
        });
        return attributes;
    }

    @Test
    void aSpanCarriesModelRuntimeImageSizeAndCounts() {
        engine.answers(Results.detections("gear/0.9; gear/0.8; bolt/0.7"));

        assertThat(ours(span())).containsEntry("roboflow.model", "parts/1").containsEntry("roboflow.runtime", "own")
                .containsEntry("roboflow.task", "object-detection").containsEntry("roboflow.predictions", "3")
                .containsEntry("roboflow.counts", "bolt=1,gear=2")
                .containsKeys("roboflow.image.width", "roboflow.image.height");
    }

    @Test
    void aFailedCallHasItsModelAndNothingOfAnEarlierResult() {
        span();
        engine.fails(new RoboflowUnavailableException("down"));

        assertThat(ours(span())).containsOnlyKeys("roboflow.model", "roboflow.runtime");
    }
}
