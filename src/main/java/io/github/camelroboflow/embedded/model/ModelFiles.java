package io.github.camelroboflow.embedded.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException.UnknownPackageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.support.Hashes;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one model's folder. All messages name the model and the file. */
public final class ModelFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ModelFiles.class);
    /** The mark with which some editors on Windows begin a text in UTF-8. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final ModelId model;
    private final Path folder;

    public ModelFiles(ModelId model, Path folder) {
        this.model = model;
        this.folder = folder;
    }

    /** Returns an exception whose message begins with the model. */
    public ModelPackageException invalid(String problem, Throwable cause) {
        return new ModelPackageException("Model '" + model + "' can't be used: " + problem + " (its folder is " + folder + ")",
                cause);
    }

    public ModelPackageException invalid(String problem) {
        return invalid(problem, null);
    }

    /** Logs a part of the package that is left out. */
    void warn(String problem) {
        LOG.warn("Model '{}': {} (its folder is {})", model, problem, folder);
    }

    /** Returns {@code weights.onnx}, or else the only ONNX file of the folder. */
    Path weights() {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(file -> file.getFileName().toString().endsWith(".onnx")).sorted().toList();
        } catch (IOException e) {
            throw invalid("its folder can't be read: " + e.getMessage(), e);
        }
        Optional<Path> named = found.stream().filter(file -> file.endsWith("weights.onnx")).findFirst();
        if (found.isEmpty()) {
            checkVersion();
        }
        if (named.isEmpty() && found.size() != 1) {
            throw invalid(found.isEmpty() ? "weights.onnx is missing: put the model's ONNX file there"
                    : "it has " + found.size() + " ONNX files, none of them named weights.onnx: keep one, or give one that name");
        }
        return named.orElseGet(() -> found.get(0));
    }

    /** Fails with the versions that the folder holds, if it is a project's and not a model's. */
    private void checkVersion() {
        List<String> versions = new ModelsDirectory(folder).models().stream().map(version -> model + "/" + version)
                .filter(ModelId::isValid).toList();
        if (!versions.isEmpty()) {
            throw new UnknownPackageException("Model '" + model + "' can't be used: its version is missing: use "
                    + String.join(" or ", versions) + " (the versions in " + folder + ")");
        }
    }

    /** Returns the object in a JSON file, if the file exists. */
    Optional<JsonNode> json(String name) {
        return text(name).map(text -> parse(name, text));
    }

    /** Returns the array in a JSON file, if the file exists. */
    Optional<JsonNode> array(String name) {
        return text(name).map(text -> {
            JsonNode json = tree(name, text);
            if (!json.isArray()) {
                throw invalid(name + (text.isBlank() ? " is empty" : " is not a JSON array: it should begin with ["));
            }
            return json;
        });
    }

    /**
     * Parses the text of a JSON object.
     *
     * @param name source of the text, for messages
     */
    JsonNode parse(String name, String text) {
        JsonNode json = tree(name, text);
        if (!json.isObject()) {
            throw invalid(name + (text.isBlank() ? " is empty" : " is not a JSON object: it should begin with {"));
        }
        return json;
    }

    private JsonNode tree(String name, String text) {
        try {
            return Json.STRICT.readTree(text);
        } catch (JsonProcessingException e) {
            throw invalid(name + " is not valid JSON: line " + e.getLocation().getLineNr() + ", column "
                    + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage(), e);
        }
    }

    /** Returns the class names, one from each line, if {@code class_names.txt} exists. */
    Optional<List<String>> classNames() {
        return text("class_names.txt").map(text -> {
            List<String> names = text.stripTrailing().lines().map(String::strip).toList();
            if (names.isEmpty()) {
                throw invalid("class_names.txt is empty: it holds the class names, one in a line");
            }
            if (names.contains("")) {
                throw invalid("line " + (names.indexOf("") + 1) + " of class_names.txt is empty: each line names a class");
            }
            return names;
        });
    }

    /** Returns the SHA-256 in hex. */
    public String hash(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = Hashes.sha256();
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw invalid(file.getFileName() + " can't be read: " + e.getMessage(), e);
        }
    }

    private Optional<String> text(String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(file);
            return Optional.of(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw invalid(name + " is not UTF-8 text: save it as such", e);
        } catch (IOException e) {
            throw invalid(name + " can't be read: " + e.getMessage(), e);
        }
    }

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
                String missing = "Model '" + model + "' can't be used: there is no folder '" + model + "' in the models directory "
                        + path + "; ";
                throw there.isEmpty() ? new ModelPackageException(missing + "no models are there: put yours there, each into a"
                        + " folder of its own, and name that folder in place of '" + model + "'")
                        : new UnknownPackageException(missing + "the models there are " + String.join(", ", there));
            }
            try {
                return folder.toRealPath();
            } catch (IOException e) {
                throw new ModelPackageException("Model '" + model + "' can't be used: its folder can't be read: " + e.getMessage(),
                        e);
            }
        }

        /**
         * Returns the ids of the folders that hold an ONNX file. None begins with a dot, as the folders of running downloads do.
         */
        private List<String> models() {
            try (Stream<Path> files = Files.walk(path, 3)) {
                return files.filter(file -> file.toString().endsWith(".onnx"))
                        .map(file -> path.relativize(file.getParent()).toString().replace('\\', '/'))
                        .filter(id -> !id.isEmpty() && !id.contains("/.")).distinct().sorted().toList();
            } catch (IOException e) {
                return List.of();
            }
        }
    }
}
