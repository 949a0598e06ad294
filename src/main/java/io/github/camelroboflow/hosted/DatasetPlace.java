package io.github.camelroboflow.hosted;

import java.util.List;
import java.util.Objects;

/**
 * Where uploaded images go.
 *
 * @param project the project's id, as in its address
 * @param split   {@code train}, {@code valid} or {@code test}; empty: as Roboflow sees fit
 * @param batch   the name under which images wait to be labelled; empty: Roboflow's own
 * @param tags    to find the images by
 */
public record DatasetPlace(String project, String split, String batch, List<String> tags) {

    private static final List<String> SPLITS = List.of("", "train", "valid", "test");

    /** @throws IllegalArgumentException naming the option that is wrong */
    public DatasetPlace {
        if (project == null || !project.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException("'" + project + "' is not a project: write its id alone, such as my-project, as"
                    + " it stands in its address after the workspace");
        }
        Objects.requireNonNull(batch, "batch");
        if (!SPLITS.contains(split)) {
            throw new IllegalArgumentException("split=" + split + " is no split: known are train, valid and test");
        }
        tags = List.copyOf(tags);
    }
}
