package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.inference.support.ConfigurationException;
import java.util.ArrayList;
import java.util.List;

/** Collects the mistakes in the configuration, so that all of them are reported at once. */
final class ConfigurationErrors {

    private final List<String> sentences = new ArrayList<>();

    /** Runs a check and records its mistake. */
    void check(Runnable check) {
        check("", check);
    }

    /** @param place the place of the mistake, which is put in front of its sentence */
    void check(String place, Runnable check) {
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
    void throwIfAny() {
        if (!sentences.isEmpty()) {
            throw new ConfigurationException(sentences);
        }
    }
}
