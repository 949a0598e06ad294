package io.github.camelroboflow.app.settings;

import java.util.function.BiFunction;

/**
 * A property of {@code config/application.properties}.
 *
 * @param shipped its value in that file, which is its default, too
 * @param form    makes a value of the name and the text, or says in an {@link IllegalArgumentException} that this is none
 * @param comment of the file, a paragraph in a line; one that begins with {@code ---} begins a section
 */
public record Property<T>(String name, String shipped, BiFunction<String, String, T> form, String comment) {

    /** @throws IllegalArgumentException if the property can't have this value */
    public T parse(String text) {
        return form.apply(name, text);
    }

    /** Tells whether it is of ours: Camel checks its own. */
    public boolean isOurs() {
        return !name.startsWith("camel.");
    }

    /** Returns the value where the file does not have the property. */
    String defaultText() {
        return shipped.contains("{{") ? "" : shipped;
    }
}
