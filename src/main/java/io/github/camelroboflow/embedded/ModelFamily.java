package io.github.camelroboflow.embedded;

import java.util.Optional;
import java.util.function.Function;

/** Models whose outputs are read alike. */
interface ModelFamily {

    /** For people: task, layout and the models that are exported so. */
    String description();

    /**
     * The decoder for a model of this family, empty for one of another.
     *
     * @throws IllegalArgumentException if it is of this family, but its parts don't fit together; says what is wrong
     */
    Optional<OutputDecoder> decoder(ModelTraits traits);

    static ModelFamily of(String description, Function<ModelTraits, Optional<OutputDecoder>> decoder) {
        return new ModelFamily() {
            @Override
            public String description() {
                return description;
            }

            @Override
            public Optional<OutputDecoder> decoder(ModelTraits traits) {
                return decoder.apply(traits);
            }
        };
    }
}
