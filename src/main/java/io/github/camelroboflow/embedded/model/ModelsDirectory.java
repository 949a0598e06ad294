package io.github.camelroboflow.embedded.model;

import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory of the model folders: {@code <directory>/<project>/<version>}, {@code <directory>/<alias>}.
 *
 * @param path path as the user wrote it
 */
public record ModelsDirectory(Path path) {

    /** Returns the real path of the model's folder. */
    public Path folder(ModelId model) {
        Path folder = path.resolve(model.value());
        if (!Files.isDirectory(path)) {
            throw new ModelPackageException("Model '" + model + "' can't be used: the models directory " + path
                    + " does not exist: make it, or set modelsDirectory");
        }
        if (!Files.isDirectory(folder)) {
            List<String> there = models();
            throw new ModelPackageException("Model '" + model + "' can't be used: there is no folder '" + model
                    + "' in the models directory " + path + "; "
                    + (there.isEmpty() ? "no models are there: put it there" : "the models there are " + String.join(", ", there)));
        }
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new ModelPackageException("Model '" + model + "' can't be used: its folder can't be read: " + e.getMessage(), e);
        }
    }

    /** Returns the ids of the folders that hold an ONNX file. None begins with a dot, as the folders of running downloads do. */
    private List<String> models() {
        try (Stream<Path> files = Files.walk(path, 3)) {
            return files.filter(file -> file.toString().endsWith(".onnx")).map(file -> path.relativize(file.getParent()).toString()
                    .replace('\\', '/')).filter(id -> !id.isEmpty() && !id.contains("/.")).distinct().sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
