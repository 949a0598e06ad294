package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.inference.support.ConfigurationException;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the configuration, so that all of it is told at once. */
final class ConfigurationErrors {

    private final List<String> sentences = new ArrayList<>();

    /** Goes on after a mistake that a check tells of. */
    void check(Runnable check) {
        check("", check);
    }

    /** @param place where the mistake would be, in front of its sentence */
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

    /** @throws ConfigurationException if there were any */
    void throwIfAny() {
        if (!sentences.isEmpty()) {
            throw new ConfigurationException(sentences);
        }
    }
}
