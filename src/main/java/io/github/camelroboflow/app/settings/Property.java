package io.github.camelroboflow.app.settings;

import java.util.function.BiFunction;

/**
 * A property of {@code config/application.properties}.
 *
 * @param shipped the value in that file, which is also the default
 * @param form    makes a value of the name and the text; throws an {@link IllegalArgumentException} if the text is wrong
 * @param comment the comment in the file, one paragraph in a line; {@code ---} begins a section
 */
public record Property<T>(String name, String shipped, BiFunction<String, String, T> form, String comment) {

    /** @throws IllegalArgumentException if the property can't have this value */
    public T parse(String text) {
        return form.apply(name, text);
    }

    /** Returns whether the property is ours: Camel checks its own. */
    public boolean isOurs() {
        return !name.startsWith("camel.");
    }

    /** Returns the value where the file does not have the property. */
    String defaultText() {
        return shipped.contains("{{") ? "" : shipped;
    }
}
