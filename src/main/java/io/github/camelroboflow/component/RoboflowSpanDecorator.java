package io.github.camelroboflow.component;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.telemetry.Span;
import org.apache.camel.telemetry.decorators.AbstractSpanDecorator;

/** Adds the model and the result to the spans of Camel's tracer, which finds this class as a service. */
public final class RoboflowSpanDecorator extends AbstractSpanDecorator {

    @Override
    public String getComponent() {
        return "roboflow";
    }

    @Override
    public String getComponentClassName() {
        return RoboflowComponent.class.getName();
    }

    @Override
    public void beforeTracingEvent(Span span, Exchange exchange, Endpoint endpoint) {
        super.beforeTracingEvent(span, exchange, endpoint);
        if (endpoint instanceof RoboflowEndpoint ours) {
            span.setTag("roboflow.model", ours.getTarget());
            span.setTag("roboflow.runtime", ours.runtime());
        }
    }

    @Override
    public void afterTracingEvent(Span span, Exchange exchange) {
        super.afterTracingEvent(span, exchange);
        Message message = exchange.getMessage();
        tag(span, "roboflow.model", message.getHeader(RoboflowConstants.MODEL_ID));
        tag(span, "roboflow.task", message.getHeader(RoboflowConstants.TASK));
        tag(span, "roboflow.image.width", message.getHeader(RoboflowConstants.IMAGE_WIDTH));
        tag(span, "roboflow.image.height", message.getHeader(RoboflowConstants.IMAGE_HEIGHT));
        tag(span, "roboflow.predictions", message.getHeader(RoboflowConstants.PREDICTION_COUNT));
        if (message.getHeader(RoboflowConstants.COUNTS) instanceof Map<?, ?> counts && !counts.isEmpty()) {
            tag(span, "roboflow.counts", new TreeMap<>(counts).entrySet().stream()
                    .map(count -> count.getKey() + "=" + count.getValue()).collect(Collectors.joining(",")));
        }
    }

    private static void tag(Span span, String name, Object value) {
        if (value != null) {
            span.setTag(name, clipMaxLength(value.toString()));
        }
    }
}
