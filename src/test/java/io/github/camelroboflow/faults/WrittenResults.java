package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** Reads the results that the program wrote or sent. */
final class WrittenResults {

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private WrittenResults() {
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("cut off, or no JSON: " + json, e);
        }
    }

    /** Checks that this is the complete result of an image with this subject. */
    static void assertComplete(String json, String image, ImageSubject parts) {
        JsonNode result = parse(json);
        assertThat(result.at("/image/width").isNumber() && result.path("predictions").isArray()).as("%s: %s", image, json).isTrue();
        List<String> classes = result.path("predictions").findValuesAsText("class");
        assertThat(classes.isEmpty()).as("%s: %s", image, classes).isEqualTo(parts == ImageSubject.NOTHING);
    }
}
