package io.github.camelroboflow.app.settings;

import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the values of properties.
 *
 * @param text gives what is configured for a name
 */
record PropertyValues(Function<String, Optional<String>> text) {

    /** @throws IllegalArgumentException if it has none that it can have */
    <T> T get(Property<T> property) {
        return property.parse(text.apply(property.name()).orElseGet(property::defaultText));
    }
}
