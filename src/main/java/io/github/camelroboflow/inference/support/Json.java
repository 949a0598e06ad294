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

    /** Returns a mapper for JSON that others send, with limits of its size. */
    public static JsonMapper limited(StreamReadConstraints limits) {
        return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build()).build();
    }
}
