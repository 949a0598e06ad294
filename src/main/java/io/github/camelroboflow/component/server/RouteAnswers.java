package io.github.camelroboflow.component.server;

import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.server.Answer;
import io.github.camelroboflow.server.InferenceRequest;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/** Finds in what a route returned the answers to its request. */
final class RouteAnswers {

    private RouteAnswers() {
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
                + ", which is no result and, by its Content-Type '" + type + "', no JPEG: let it end with a result as its body");
    }
}
