package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.InferenceOptions;
import org.junit.jupiter.api.AfterEach;

/** The base of tests with a hosted engine and a fake cloud. Tests start another engine if they need other settings. */
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
