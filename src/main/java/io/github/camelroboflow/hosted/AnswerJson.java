package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.inference.InferenceJson;

/** Reads the JSON of answers: a drawing or a mask in it may be as long as the answer itself, and all has to fit into memory. */
final class AnswerJson {

    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Answer.MAX_BODY)
                    .maxTokenCount(InferenceJson.MOST_TOKENS).build()).build());

    private AnswerJson() {
    }
}
