package io.github.camelroboflow.inference.support;

import java.util.List;

/** Errors in the configuration that prevent the start until they are corrected. */
public final class ConfigurationException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> errors;

    /** @param errors a sentence for each error that says where it is and what to write instead; at least one */
    public ConfigurationException(List<String> errors) {
        super(String.join("; ", errors));
        this.errors = List.copyOf(errors);
    }

    public List<String> errors() {
        return errors;
    }
}
