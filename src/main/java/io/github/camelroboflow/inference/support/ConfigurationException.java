package io.github.camelroboflow.inference.support;

import java.util.ArrayList;
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

    /** Collects the mistakes in the configuration, so that all of them are reported at once. */
    public static final class ConfigurationErrors {

        private final List<String> sentences = new ArrayList<>();

        /** Runs a check and records its mistake. */
        public void check(Runnable check) {
            check("", check);
        }

        /** @param place the place of the mistake, which is put in front of its sentence */
        public void check(String place, Runnable check) {
            try {
                check.run();
            } catch (IllegalArgumentException e) {
                String sentence = place + e.getMessage();
                if (!sentences.contains(sentence)) {
                    sentences.add(sentence);
                }
            }
        }

        /** @throws ConfigurationException if there are mistakes */
        public void throwIfAny() {
            if (!sentences.isEmpty()) {
                throw new ConfigurationException(sentences);
            }
        }
    }
}
