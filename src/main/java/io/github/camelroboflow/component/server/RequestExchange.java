package io.github.camelroboflow.component.server;

import io.github.camelroboflow.component.RoboflowConstants;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.server.ModelService.Answer;
import io.github.camelroboflow.server.ModelService.InferenceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Converts a request to a message: the body is its image or images, the headers are the model and the options that are not
 * defaults.
 */
final class RequestExchange {

    /** Options without a header, since the server makes visualizations itself. */
    private static final Set<InferenceOption<?>> OF_THE_SERVER = Set.of(InferenceOption.FORMAT, InferenceOption.LABELS,
            InferenceOption.STROKE);
    /** Options that always have a header. Otherwise the endpoint's own options would replace the protocol's defaults. */
    private static final Set<InferenceOption<?>> ALWAYS = Set.of(InferenceOption.CONFIDENCE, InferenceOption.OVERLAP,
            InferenceOption.MAX_DETECTIONS, InferenceOption.ALLOW_DAMAGED_IMAGES);

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
        for (InferenceOption<?> option : InferenceOption.all()) {
            if (option.hasHeader() && !OF_THE_SERVER.contains(option) && (ALWAYS.contains(option) || options.isChanged(option))) {
                message.setHeader(RoboflowConstants.optionHeader(option), options.get(option));
            }
        }
    }

    private static byte[] bytes(ImageSource image) {
        try {
            return image.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the answers to a request from the message that the route returned. */
    static final class Answers {

        private Answers() {
        }

        /**
         * Returns one answer for each image.
         *
         * @throws Exception the exception of the route, or a {@link RoboflowException} if the body is not an answer
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
                // reported below
            }
            throw new RoboflowException("the route returned "
                    + (body == null ? "nothing" : "a body of type " + body.getClass().getName())
                    + ", which is not a result and, by its Content-Type '" + type
                    + "', not a JPEG: end the route with a result as its body");
        }
    }
}
