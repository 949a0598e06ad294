package io.github.camelroboflow.inference.support;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The JSON mappers. They are shared by all threads; nobody configures them further. */
public final class Json {

    public static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** A mapper that refuses text after the value. */
    public static final JsonMapper STRICT = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Json() {
    }

    /** Returns a mapper for JSON with longer texts than Jackson's default of 20,000,000 characters, or with shorter ones only. */
    public static JsonMapper limited(int maxTextLength) {
        return limited(maxTextLength, Long.MAX_VALUE);
    }

    /** @param maxTokens the greatest number of names, values and brackets: each takes many times its size in memory */
    public static JsonMapper limited(int maxTextLength, long maxTokens) {
        return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder()
                .maxStringLength(maxTextLength).maxTokenCount(maxTokens).build()).build()).build();
    }
}
