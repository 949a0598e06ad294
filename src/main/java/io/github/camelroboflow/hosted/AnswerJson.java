package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Reads the JSON of answers: a drawing or a mask in it may be as long as the answer itself. */
final class AnswerJson {

    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Answer.MAX_BODY).build()).build());

    private AnswerJson() {
    }
}
