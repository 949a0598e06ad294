package io.github.camelroboflow.component;

import io.github.camelroboflow.condition.camel.ExchangeProperties;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceInfo;
import io.github.camelroboflow.inference.ModelDescription;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Tells in headers what a result holds, so that routes can choose without reading the body. */
final class ResultHeaders {

    static final String JSON = "application/json";

    private static final List<String> ALL = List.of(RoboflowConstants.MODEL_ID, RoboflowConstants.TASK, RoboflowConstants.CLASSES,
            RoboflowConstants.COUNTS, RoboflowConstants.CONFIDENCES, RoboflowConstants.TOP_CLASS, RoboflowConstants.TOP_CONFIDENCE,
            RoboflowConstants.PREDICTION_COUNT, RoboflowConstants.IMAGE_WIDTH, RoboflowConstants.IMAGE_HEIGHT,
            RoboflowConstants.INFERENCE_ID, RoboflowConstants.INFERENCE_TIME, RoboflowConstants.RESULT_KEY,
            RoboflowConstants.DELIVERY_ID);

    private ResultHeaders() {
    }

    /** Removes what an earlier call left, so that neither a failure nor a batch leaves a result that isn't this message's. */
    static void forget(Exchange exchange) {
        ALL.forEach(exchange.getMessage()::removeHeader);
        exchange.removeProperty(ExchangeProperties.INFERENCE);
        exchange.removeProperty(ExchangeProperties.MODEL_CLASSES);
        exchange.removeProperty(ExchangeProperties.CONFIDENCE);
    }

    static void set(Message message, Inference inference, ModelDescription model, String resultKey, String deliveryId) {
        InferenceInfo info = inference.info();
        Map<String, Double> confidences = inference.confidences();
        List<String> classes = List.copyOf(confidences.keySet());
        message.setHeader(RoboflowConstants.MODEL_ID, model.id().value());
        Tasks.of(inference, model).ifPresent(task -> message.setHeader(RoboflowConstants.TASK, task.toString()));
        message.setHeader(RoboflowConstants.CLASSES, classes);
        message.setHeader(RoboflowConstants.COUNTS, inference.counts());
        message.setHeader(RoboflowConstants.CONFIDENCES, confidences);
        if (!classes.isEmpty()) {
            message.setHeader(RoboflowConstants.TOP_CLASS, classes.get(0));
            message.setHeader(RoboflowConstants.TOP_CONFIDENCE, confidences.get(classes.get(0)));
        }
        message.setHeader(RoboflowConstants.PREDICTION_COUNT, inference.findings().size());
        if (!info.image().equals(ImageSize.UNKNOWN)) {
            message.setHeader(RoboflowConstants.IMAGE_WIDTH, info.image().width());
            message.setHeader(RoboflowConstants.IMAGE_HEIGHT, info.image().height());
        }
        if (!info.inferenceId().isEmpty()) {
            message.setHeader(RoboflowConstants.INFERENCE_ID, info.inferenceId());
        }
        if (!Double.isNaN(info.time())) {
            message.setHeader(RoboflowConstants.INFERENCE_TIME, info.time());
        }
        message.setHeader(RoboflowConstants.RESULT_KEY, resultKey);
        message.setHeader(RoboflowConstants.DELIVERY_ID, deliveryId);
        message.setHeader(Exchange.CONTENT_TYPE, JSON);
    }
}
