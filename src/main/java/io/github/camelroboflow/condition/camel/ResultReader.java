package io.github.camelroboflow.condition.camel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.TypeConversionException;
import org.apache.camel.TypeConverter;
import org.apache.camel.converter.stream.InputStreamCache;

/** Reads a result from Roboflow's JSON in any form that Camel carries, and leaves it readable for whoever comes next. */
final class ResultReader {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ResultReader() {
    }

    /**
     * @param keep takes what stands for the value from now on, where reading has used it up
     * @throws IllegalArgumentException if it is no result
     */
    static Inference read(Exchange exchange, Object value, Consumer<Object> keep) {
        if (value instanceof JsonNode json) {
            return InferenceJson.read(json);
        }
        if (value instanceof Map<?, ?> map) {
            return InferenceJson.read(MAPPER.<JsonNode>valueToTree(map));
        }
        if (value instanceof String json) {
            return InferenceJson.read(json);
        }
        if (value instanceof StreamCache cache) {
            return InferenceJson.read(cached(exchange, cache));
        }
        // after a conversion of some other object failed, Camel may no longer find the one of a Path
        byte[] bytes = bytes(exchange, value instanceof Path path ? path.toFile() : value);
        if (value instanceof InputStream || value instanceof Reader) {
            keep.accept(new InputStreamCache(bytes));
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

    /** Files, for one, are streams to Camel but no bytes. */
    private static byte[] streamed(InputStream stream) throws IOException {
        if (stream == null) {
            throw new IllegalArgumentException("it can't be turned into JSON");
        }
        try (stream) {
            return stream.readAllBytes();
        }
    }
}
