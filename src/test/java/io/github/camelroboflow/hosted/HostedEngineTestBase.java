package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.InferenceOptions;
import org.junit.jupiter.api.AfterEach;

/** Tests with an engine that asks a fake cloud; another one for those that want it otherwise. */
abstract class HostedEngineTestBase {

    static final InferenceOptions DEFAULTS = InferenceOptions.DEFAULTS;

    HostedEngineFixture hosted = HostedEngineFixture.start();

    @AfterEach
    void stop() {
        hosted.close();
    }

    void restart(HostedEngineFixture other) {
        hosted.close();
        hosted = other;
    }
}
