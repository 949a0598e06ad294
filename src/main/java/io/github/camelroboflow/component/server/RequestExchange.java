package io.github.camelroboflow.component.server;

import io.github.camelroboflow.component.RoboflowConstants;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.server.ModelService.Answer;
import io.github.camelroboflow.server.ModelService.InferenceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** A request as a message: its image or images as the body, and in headers the model and the options that are not the defaults. */
final class RequestExchange {

    private RequestExchange() {
    }

    static void fill(Message message, InferenceRequest request) {
        List<byte[]> images = new ArrayList<>();
        for (ImageSource image : request.images()) {
            images.add(bytes(image));
        }
        message.setBody(images.size() == 1 ? images.get(0) : images);
        message.setHeader(RoboflowServerConstants.REQUESTED_MODEL, request.model().id().value());
        message.setHeader(RoboflowServerConstants.REQUEST_ID, request.id());
        InferenceOptions options = request.options();
        InferenceOptions defaults = InferenceOptions.DEFAULTS;
        // thresholds always: the endpoint's own would take the place of the protocol's defaults
        message.setHeader(RoboflowConstants.OPTION_CONFIDENCE, options.confidence());
        message.setHeader(RoboflowConstants.OPTION_OVERLAP, options.overlap());
        message.setHeader(RoboflowConstants.OPTION_MAX_DETECTIONS, options.maxDetections());
        message.setHeader(RoboflowConstants.OPTION_ALLOW_TRUNCATED_IMAGES, options.allowTruncatedImages());
        set(message, RoboflowConstants.OPTION_CLASSES, options.classes(), defaults.classes());
        set(message, RoboflowConstants.OPTION_CLASS_AGNOSTIC_NMS, options.classAgnosticNms(), defaults.classAgnosticNms());
        set(message, RoboflowConstants.OPTION_DISABLE_PREPROC_AUTO_ORIENT, options.disablePreprocAutoOrient(), false);
        set(message, RoboflowConstants.OPTION_DISABLE_PREPROC_CONTRAST, options.disablePreprocContrast(), false);
        set(message, RoboflowConstants.OPTION_DISABLE_PREPROC_GRAYSCALE, options.disablePreprocGrayscale(), false);
        set(message, RoboflowConstants.OPTION_DISABLE_PREPROC_STATIC_CROP, options.disablePreprocStaticCrop(), false);
        set(message, RoboflowConstants.OPTION_KEYPOINT_CONFIDENCE, options.keypointConfidence(), defaults.keypointConfidence());
        set(message, RoboflowConstants.OPTION_MASK_DECODE_MODE, options.maskDecodeMode(), defaults.maskDecodeMode());
        set(message, RoboflowConstants.OPTION_TRADEOFF_FACTOR, options.tradeoffFactor(), defaults.tradeoffFactor());
        set(message, RoboflowConstants.OPTION_RESPONSE_MASK_FORMAT, options.responseMaskFormat(), defaults.responseMaskFormat());
    }

    private static void set(Message message, String header, Object value, Object standard) {
        if (!value.equals(standard)) {
            message.setHeader(header, value);
        }
    }

    private static byte[] bytes(ImageSource image) {
        try {
            return image.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Finds in what a route returned the answers to its request. */
    static final class Answers {

        private Answers() {
        }

        /**
         * One answer for each image.
         *
         * @throws Exception the route's own, or a {@link RoboflowException} if what it returned is no answer
         */
        static List<Answer> of(Exchange exchange, InferenceRequest request) throws Exception {
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            Object body = exchange.getMessage().getBody();
            if (request.images().size() == 1 && !(body instanceof List)) {
                return List.of(answer(exchange, body));
            }
            List<Answer> answers = new ArrayList<>();
            if (body instanceof List<?> results) {
                for (Object result : results) {
                    answers.add(answer(exchange, result));
                }
            }
            if (answers.size() != request.images().size()) {
                throw new RoboflowException("the route returned " + answers.size() + " results for a request of "
                        + request.images().size() + " images");
            }
            return answers;
        }

        private static Answer answer(Exchange exchange, Object body) {
            if (body instanceof Inference inference) {
                return new Answer.Result(inference);
            }
            byte[] bytes = body == null ? null
                    : exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
            String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class);
            if (bytes != null && type.startsWith("image/jpeg")) {
                return new Answer.Picture(bytes);
            }
            try {
                if (bytes != null) {
                    return new Answer.Result(InferenceJson.read(bytes));
                }
            } catch (IllegalArgumentException e) {
                // said below
            }
            throw new RoboflowException("the route returned "
                    + (body == null ? "nothing" : "a body of type " + body.getClass().getName())
                    + ", which is no result and, by its Content-Type '" + type
                    + "', no JPEG: let it end with a result as its body");
        }
    }
}
