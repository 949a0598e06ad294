package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The models and images of the tests. */
public final class TestModels {

    public static final Path GOLDEN = Path.of("src/test/resources/golden");
    public static final Path SHIPPED = Path.of("config/models");
    public static final ModelId PARTS = new ModelId("parts-detect/1");

    private TestModels() {
    }

    static Path image(String name) {
        return GOLDEN.resolve("images").resolve(name);
    }

    public static byte[] bytes(String image) {
        try {
            return Files.readAllBytes(image(image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies some files of a model to a folder for {@link #PARTS} below that directory. */
    static Path copy(Path modelsDirectory, String... files) {
        try {
            Path folder = Files.createDirectories(modelsDirectory.resolve(PARTS.value()));
            for (String file : files) {
                Files.copy(SHIPPED.resolve(PARTS.value()).resolve(file), folder.resolve(file));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
