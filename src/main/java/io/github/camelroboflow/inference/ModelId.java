package io.github.camelroboflow.inference;

import java.util.regex.Pattern;

/**
 * The id of a model: {@code project/version}, {@code workspace/model-slug}, or the alias of a public model such as
 * {@code rfdetr-base}. It has one or two segments of letters, digits and {@code . _ -}. No segment starts with a dot,
 * so that an id never leads out of its directory.
 */
public record ModelId(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)?");

    /** @throws IllegalArgumentException if the text is not a model id */
    public ModelId {
        if (value == null || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a model id: use project/version, such as my-project/3,"
                    + " workspace/model, or the name of a public model");
        }
    }

    /** Returns {@code my-project} for {@code my-project/3}, and the whole alias of a public model. */
    public String project() {
        return value.contains("/") ? value.substring(0, value.indexOf('/')) : value;
    }

    @Override
    public String toString() {
        return value;
    }
}
