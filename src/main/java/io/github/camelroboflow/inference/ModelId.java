package io.github.camelroboflow.inference;

import java.util.regex.Pattern;

/**
 * Which model: {@code project/version}, {@code workspace/model-slug}, or the alias of a public model such as {@code rfdetr-base}.
 * One or two segments of letters, digits, {@code . _ -}, none of them starting with a dot, so that an id never leaves the
 * directory that it is looked up in.
 */
public record ModelId(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?");

    /** @throws IllegalArgumentException if the text is not a model id */
    public ModelId {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a model id: write project/version, such as my-project/3,"
                    + " workspace/model, or the name of a public model");
        }
    }

    /** {@code my-project} of {@code my-project/3}; the whole of a public alias. */
    public String project() {
        return value.contains("/") ? value.substring(0, value.indexOf('/')) : value;
    }

    @Override
    public String toString() {
        return value;
    }
}
