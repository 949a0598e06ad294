package io.github.camelroboflow.component.server;

import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lists the models that have a folder, as {@code project/version} or just a name. What can't be looked into has none. */
final class ModelFolders {

    private ModelFolders() {
    }

    static List<ModelId> in(Path directory) {
        return folders(directory).stream().flatMap(project -> {
            List<Path> versions = folders(project);
            return versions.isEmpty() ? Stream.of(project) : versions.stream();
        }).map(directory::relativize).flatMap(model -> id(model).stream()).sorted(Comparator.comparing(ModelId::value)).toList();
    }

    private static List<Path> folders(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static Optional<ModelId> id(Path folder) {
        try {
            return Optional.of(new ModelId(folder.toString().replace('\\', '/')));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
