package io.github.camelroboflow.delivery.folder;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files that announce a complete image. Camel's own option {@code doneFileName} removes such a file before the image is in
 * {@code done}, so an image that is recovered after a crash would wait for it for ever.
 *
 * @param pattern the name with {@code ${file:name}} or {@code ${file:name.noext}} in it; {@code null} if images need no such file
 */
record DoneFiles(String pattern) {

    /** @throws IllegalArgumentException if the name is the same for all images */
    static DoneFiles named(String pattern) {
        if (pattern == null || pattern.isEmpty()) {
            return new DoneFiles(null);
        }
        if (!pattern.contains("${file:name}") && !pattern.contains("${file:name.noext}")) {
            throw new IllegalArgumentException("doneFileName=" + pattern
                    + " is the same for all images: write ${file:name} or ${file:name.noext} in it");
        }
        return new DoneFiles(pattern);
    }

    boolean announces(Path image) {
        return pattern == null || Files.exists(of(image));
    }

    void remove(Path image) throws IOException {
        if (pattern != null) {
            Files.deleteIfExists(of(image));
        }
    }

    void restore(Path image) throws IOException {
        if (pattern != null) {
            try {
                Files.createFile(of(image));
            } catch (FileAlreadyExistsException e) {
                // it announces another image that came meanwhile, and serves both
                return;
            }
        }
    }

    private Path of(Path image) {
        String name = image.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return image.resolveSibling(pattern.replace("${file:name}", name)
                .replace("${file:name.noext}", dot > 0 ? name.substring(0, dot) : name));
    }
}
