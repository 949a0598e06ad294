package io.github.camelroboflow.inference;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Stands in the place of an image's result in a batch with {@code failFast=false}.
 *
 * @param image the image's name
 * @param error what happened and what to do
 * @param type  the kind of failure: the simple name of the exception, such as {@code InvalidImageException}
 */
public record InferenceFailure(@JsonProperty("image") String image, @JsonProperty("error") String error,
                               @JsonProperty("type") String type) {
}
