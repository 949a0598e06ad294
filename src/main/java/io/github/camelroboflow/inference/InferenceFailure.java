package io.github.camelroboflow.inference;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The entry for a failed image in the results of a batch with {@code failFast=false}.
 *
 * @param image the image's name
 * @param error the failure and the next step
 * @param type the kind of failure: the simple name of the exception, such as {@code InvalidImageException}
 */
public record InferenceFailure(@JsonProperty("image") String image, @JsonProperty("error") String error,
                               @JsonProperty("type") String type) {
}
