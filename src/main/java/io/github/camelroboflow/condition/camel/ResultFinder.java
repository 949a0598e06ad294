package io.github.camelroboflow.condition.camel;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.TypeConversionException;
import org.apache.camel.TypeConverter;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.support.ExchangeHelper;

/** Finds the result for a condition: the variable that it names, else the body, the last result, or the body's JSON. */
final class ResultFinder {

    private ResultFinder() {
    }

    static Inference find(Condition condition, Exchange exchange) {
        if (condition.variable().isPresent()) {
            return inVariable(condition, exchange);
        }
        Object body = exchange.getMessage().getBody();
        if (body instanceof Inference inference) {
            return inference;
        }
        rejectBatch(condition, body);
        if (exchange.getProperty(ContractNames.INFERENCE) instanceof Inference inference) {
            return inference;
        }
        if (body == null) {
            throw noResult(condition, "the body is empty");
        }
        try {
            return ResultReader.read(exchange, body, exchange.getMessage()::setBody);
        } catch (IllegalArgumentException e) {
            throw noResult(condition, "the body (" + kind(body) + ") is no result: " + e.getMessage(), e);
        }
    }

    static Inference findWithoutBody(Condition condition, Exchange exchange) {
        if (condition.variable().isPresent()) {
            return inVariable(condition, exchange);
        }
        if (exchange.getProperty(ContractNames.INFERENCE) instanceof Inference inference) {
            return inference;
        }
        throw new ConditionException(noResultPrefix(condition)
                + "Camel hides the body from ${detects(…)}; use language: roboflow,"
                + " which sees the body, or keep the result in a variable and name that, as in 'result: person'");
    }

    private static Inference inVariable(Condition condition, Exchange exchange) {
        String name = condition.variable().orElseThrow();
        Object value = ExchangeHelper.getVariable(exchange, name);
        if (value instanceof Inference inference) {
            return inference;
        }
        if (value == null) {
            throw new ConditionException("The condition '" + condition + "' looks at the variable '" + name
                    + "', which is not set");
        }
        try {
            return ResultReader.read(exchange, value, replacement -> ExchangeHelper.setVariable(exchange, name, replacement));
        } catch (IllegalArgumentException e) {
            throw new ConditionException("The condition '" + condition + "' looks at the variable '" + name + "' ("
                    + kind(value) + "), which is no result: " + e.getMessage(), e);
        }
    }

    /** Rejects a list of results. The last result is one of them, so it would be used for all. */
    private static void rejectBatch(Condition condition, Object body) {
        if (body instanceof InferenceFailure failure) {
            throw new ConditionException("The condition '" + condition + "' has no result to look at: the inference of "
                    + failure.image() + " failed: " + failure.error());
        }
        if (body instanceof List<?> list && list.stream().anyMatch(e -> e instanceof Inference || e instanceof InferenceFailure)) {
            throw new ConditionException("The condition '" + condition + "' looks at one result, but the body is a list of "
                    + list.size() + ": split it first");
        }
    }

    private static String noResultPrefix(Condition condition) {
        return "The condition '" + condition + "' has no result to look at: there is none in the exchange property "
                + ContractNames.INFERENCE + ", and ";
    }

    private static String kind(Object value) {
        String name = value.getClass().getSimpleName();
        return (name.matches("[AEIOU].*") ? "an " : "a ") + name;
    }

    private static ConditionException noResult(Condition condition, String problem, Throwable... cause) {
        String message = noResultPrefix(condition) + problem
                + "; call a model before it, or name the variable that holds the result,"
                + " as in 'result: person'";
        return cause.length == 0 ? new ConditionException(message) : new ConditionException(message, cause[0]);
    }

    /**
     * Reads a result from Roboflow's JSON in any form that Camel supports. The value stays readable for later steps.
     */
    static final class ResultReader {

        private ResultReader() {
        }

        /**
         * Reads a result.
         *
         * @param replace receives the replacement for a value that reading has consumed
         * @throws IllegalArgumentException if the value is no result
         */
        static Inference read(Exchange exchange, Object value, Consumer<Object> replace) {
            if (value instanceof JsonNode json) {
                return InferenceJson.read(json);
            }
            if (value instanceof Map<?, ?> map) {
                return InferenceJson.read(Json.MAPPER.<JsonNode>valueToTree(map));
            }
            if (value instanceof String json) {
                return InferenceJson.read(json);
            }
            if (value instanceof StreamCache cache) {
                return InferenceJson.read(cached(exchange, cache));
            }
            // after a failed conversion of another object, Camel may no longer find the converter for a Path
            byte[] bytes = bytes(exchange, value instanceof Path path ? path.toFile() : value);
            if (value instanceof InputStream || value instanceof Reader) {
                replace.accept(new InputStreamCache(bytes));
            }
            return InferenceJson.read(bytes);
        }

        private static byte[] cached(Exchange exchange, StreamCache cache) {
            cache.reset();
            try {
                return bytes(exchange, cache);
            } finally {
                cache.reset();
            }
        }

        private static byte[] bytes(Exchange exchange, Object value) {
            TypeConverter converter = exchange.getContext().getTypeConverter();
            try {
                byte[] bytes = converter.convertTo(byte[].class, exchange, value);
                return bytes == null ? streamed(converter.convertTo(InputStream.class, exchange, value)) : bytes;
            } catch (TypeConversionException | IOException e) {
                throw new IllegalArgumentException("it can't be read: " + e.getMessage(), e);
            }
        }

        /** Reads values that Camel converts to a stream but not to bytes, such as files. */
        private static byte[] streamed(InputStream stream) throws IOException {
            if (stream == null) {
                throw new IllegalArgumentException("it can't be converted to JSON");
            }
            try (stream) {
                return stream.readAllBytes();
            }
        }
    }
}
