package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.ImageSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a workflow is run on.
 *
 * @param imageName      the name of its input for images
 * @param images         one, or a batch
 * @param parameters     its other inputs by name: text, numbers, truth values, lists and maps of these
 * @param excludedFields outputs that are not wanted
 */
public record WorkflowInputs(String imageName, List<ImageSource> images, Map<String, Object> parameters,
                             List<String> excludedFields) {

    public WorkflowInputs {
        images = List.copyOf(images);
        parameters = new LinkedHashMap<>(parameters);
        excludedFields = List.copyOf(excludedFields);
    }
}
