package io.github.camelroboflow.server;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.server.fixture.EngineModels;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** A server with golden models as version 1 of their projects, and one key. */
final class GoldenServer implements AutoCloseable {

    static final String KEY = "testkey";
    static final String FORM = "application/x-www-form-urlencoded";

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    final RoboflowServer server;
    private final EngineModels models;

    GoldenServer(Path directory, String... names) throws IOException {
        for (String name : names) {
            copy(GOLDEN.resolve("models").resolve(name), directory.resolve(name).resolve("1"));
        }
        models = new EngineModels(new EmbeddedEngine(directory), directory);
        server = RoboflowServer.start(ServerSettings.of("127.0.0.1", 0, new ServerSettings.Keys(List.of(KEY))), models);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    static byte[] image(String name) {
        try {
            return Files.readAllBytes(GOLDEN.resolve("images").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] base64(byte[] image) {
        return Base64.getEncoder().encode(image);
    }

    int port() {
        return server.port();
    }

    /** Posts to a path with the key. */
    Wire.Response post(String target, String contentType, byte[] body) {
        String mark = target.contains("?") ? "&" : "?";
        return Wire.ask(port(), "POST", target + mark + "api_key=" + KEY, contentType, body);
    }

    @Override
    public void close() {
        server.close();
        models.close();
    }
}
