package io.github.camelroboflow.app.settings;

import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the values of properties.
 *
 * @param text returns the configured text of a property
 */
record PropertyValues(Function<String, Optional<String>> text) {

    /** @throws IllegalArgumentException if the property has a wrong value */
    <T> T get(Property<T> property) {
        return property.parse(text.apply(property.name()).orElseGet(property::defaultText));
    }
}
