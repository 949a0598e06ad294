package io.github.camelroboflow.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.PropertiesComponent;

/** The file of the folder {@code routes} that the property {@code routes} names. */
final class ChosenRoute {

    private static final Path FOLDER = Path.of("routes");
    private static final String ENDING = ".camel.yaml";
    /** Loaded with each of the others. */
    private static final String TABLE = "by-class";

    private ChosenRoute() {
    }

    /** @throws IllegalArgumentException with the names there are, if there is none of this name */
    static void check(PropertiesComponent properties) {
        String name = properties.resolveProperty("routes").orElse("");
        String loaded = properties.resolveProperty("camel.main.routesIncludePattern").orElse("");
        boolean isOneFile = loaded.contains("file:" + FOLDER + "/" + name + ENDING) && name.matches("[^*?]*");
        if (isOneFile && Files.isDirectory(FOLDER) && Files.notExists(FOLDER.resolve(name + ENDING))) {
            throw new IllegalArgumentException("there is no route " + name + ": there are " + names());
        }
    }

    private static String names() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(ENDING))
                    .map(file -> file.substring(0, file.length() - ENDING.length())).filter(name -> !name.equals(TABLE)).sorted()
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
