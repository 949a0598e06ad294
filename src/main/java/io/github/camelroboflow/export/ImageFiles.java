package io.github.camelroboflow.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.camelroboflow.export.ExportFormat.DatasetWriter;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Writes a file for each image, in the image's sub-folder. It has the image's name with another extension, by which readers find
 * it. If {@code a.jpg} has {@code a.txt} already, the file of {@code a.png} is {@code a.png.txt}. An image for which that name is
 * taken as well is refused.
 *
 * @param folder the folder of all files
 * @param text   makes the content of a file
 */
record ImageFiles(Path folder, String extension, Function<ExportedImage, String> text) implements DatasetWriter {

    /** The longest name of a file, in bytes, of all file systems that are in use; a key in a bucket may be longer. */
    private static final int LONGEST_NAME = 255;

    ImageFiles {
        // a path such as ./out is not the beginning of a normalized one
        folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public void add(ExportedImage image) throws IOException {
        String content = text.apply(image);
        try {
            write(image.stem(), content);
        } catch (FileAlreadyExistsException e) {
            writeWithFullName(image, content);
        }
    }

    private void writeWithFullName(ExportedImage image, String content) throws IOException {
        try {
            write(image.name(), content);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException("the files of other images have all names for "
                    + MessageText.printable(image.name()), e);
        }
    }

    /** @throws IllegalArgumentException if the file would be outside the folder, or its name is too long */
    private void write(String name, String content) throws IOException {
        if (Stream.of((name + extension).split("/")).anyMatch(part -> part.getBytes(UTF_8).length > LONGEST_NAME)) {
            throw new IllegalArgumentException("the name " + MessageText.printable(name) + " is too long for a file");
        }
        Path file = folder.resolve(name + extension).normalize();
        if (!file.startsWith(folder) || file.equals(folder)) {
            throw new IllegalArgumentException("the name " + MessageText.printable(name)
                    + " leads out of the folder of the export");
        }
        Files.createDirectories(file.getParent());
        Files.writeString(file, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void close() {
        // each file is complete
    }
}
