package io.github.camelroboflow.component.server;

import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.component.RoboflowConfiguration;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowRejectedException.UnknownModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models that clients may use. A client alone must not be able to make this machine fetch a model or read a folder.
 *
 * @param names     the models that are named, {@code project/*} for all of a project; empty for all that are installed
 * @param directory the folder of the installed models; empty if another server runs the models
 */
record ServedModels(List<String> names, Optional<Path> directory) {

    private static final String ALL = "/*";

    static ServedModels of(RoboflowConfiguration options, List<String> names) {
        boolean here = options.getRuntime() == InferenceRuntime.EMBEDDED && options.getEngine() == null;
        return new ServedModels(names, here ? Optional.of(Path.of(options.getModelsDirectory())) : Optional.empty());
    }

    /**
     * Returns the id under which a model is installed or named, which may be another of its ids.
     *
     * @throws UnknownModelException if clients may not use the model
     */
    ModelId find(ModelId model) {
        List<ModelId> ids = model.synonyms();
        boolean isAllowed = ids.stream().anyMatch(this::isAllowed);
        return ids.stream().filter(id -> isAllowed && isInstalled(id)).findFirst()
                // a model that is named in full may not have been fetched yet
                .or(() -> ids.stream().filter(id -> names.contains(id.value())).findFirst())
                .orElseThrow(() -> new UnknownModelException("a client asked for model '" + model + "', "
                        + (isAllowed ? "which has no folder in " + directory.map(Path::toString).orElse("")
                                : "which the option models does not name")));
    }

    /** Returns the names of the models that clients may use and that have a folder here; none if another server runs them. */
    List<String> installed() {
        return directory.map(ModelFolders::list).orElse(List.of()).stream()
                .filter(model -> model.synonyms().stream().anyMatch(this::isAllowed)).map(ModelId::value).toList();
    }

    /** Returns the models that clients may use: those that have a folder here, and those that are named in full. */
    List<ModelId> offered() {
        return Stream.concat(installed().stream(), names.stream().filter(name -> !name.endsWith(ALL))).distinct().map(ModelId::new)
                .toList();
    }

    /** Returns whether clients can use no model: none has a folder, and none is named in full, so that it could be fetched. */
    boolean isEmpty() {
        return directory.isPresent() && installed().isEmpty() && names.stream().allMatch(name -> name.endsWith(ALL));
    }

    private boolean isAllowed(ModelId model) {
        return names.isEmpty() || names.contains(model.value())
                || names.contains(model.project() + ALL) && model.value().contains("/");
    }

    private boolean isInstalled(ModelId model) {
        return directory.map(path -> path.resolve(model.value()))
                .map(folder -> model.value().contains("/") ? Files.isDirectory(folder) : holdsFiles(folder)).orElse(true);
    }

    /**
     * Returns whether a folder has files. A folder that has only folders belongs to a project, even if its name could be a public
     * model's.
     */
    private static boolean holdsFiles(Path folder) {
        try (Stream<Path> content = Files.list(folder)) {
            return content.anyMatch(Files::isRegularFile);
        } catch (IOException e) {
            return false;
        }
    }

    /** Lists the models that have a folder, as {@code project/version} or a single name. Skips folders that can't be read. */
    static final class ModelFolders {

        private ModelFolders() {
        }

        static List<ModelId> list(Path directory) {
            return folders(directory).stream().flatMap(project -> {
                List<Path> versions = folders(project);
                return versions.isEmpty() ? Stream.of(project) : versions.stream();
            }).map(directory::relativize).flatMap(model -> id(model).stream()).sorted(Comparator.comparing(ModelId::value))
                    .toList();
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
}
