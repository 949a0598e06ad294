package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.InferenceOptions;
import org.junit.jupiter.api.AfterEach;

/** Tests with an engine that asks a fake cloud; another one for those that want it otherwise. */
abstract class WithHosted {

    static final InferenceOptions DEFAULTS = InferenceOptions.DEFAULTS;

    Hosted hosted = Hosted.start();

    @AfterEach
    void stop() {
        hosted.close();
    }

    void restart(Hosted other) {
        hosted.close();
        hosted = other;
    }
}
