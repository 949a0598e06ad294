package io.github.camelroboflow.inference.support;

import java.util.List;

/** Mistakes in the configuration: nothing is to start before they are corrected. */
public final class ConfigurationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> errors;

    /** @param mistakes a sentence for each, which says where it is and what to write instead; at least one */
    public ConfigurationException(List<String> mistakes) {
        super(String.join("; ", mistakes));
        this.errors = List.copyOf(mistakes);
    }

    public List<String> errors() {
        return errors;
    }
}
