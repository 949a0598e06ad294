package io.github.camelroboflow.embedded;

import java.nio.file.Path;

/** Where the models and images of the tests are. */
final class TestModels {

    static final Path GOLDEN = Path.of("src/test/resources/golden");
    static final Path SHIPPED = Path.of("config/models");

    private TestModels() {
    }
}
