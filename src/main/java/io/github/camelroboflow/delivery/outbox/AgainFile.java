package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Something that lies in the folder of what is to be sent again, as it was when it was listed: after a change it is another.
 *
 * @param regular whether it is a file, and no folder, link, pipe or device
 */
record AgainFile(Path path, boolean regular, long size, long modified) {

    static final int MOST = 50_000;

    /** @param cutShort whether there are more */
    record Listing(List<AgainFile> files, boolean cutShort) {
    }

    /** All by name, or as many as are bearable. */
    static Listing list(Path folder) throws IOException {
        List<AgainFile> files = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return new Listing(files, false);
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path path : all) {
                if (files.size() == MOST) {
                    return new Listing(files, true);
                }
                of(path).ifPresent(files::add);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(Comparator.comparing(AgainFile::path));
        return new Listing(files, false);
    }

    private static Optional<AgainFile> of(Path path) throws IOException {
        try {
            BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new AgainFile(path, facts.isRegularFile(), facts.size(), facts.lastModifiedTime().toMillis()));
        } catch (NoSuchFileException e) {
            // somebody has taken it out
            return Optional.empty();
        }
    }

    /** Why it is no file to be read at all. */
    Optional<String> strange() {
        if (!regular) {
            return Optional.of("it is no file");
        }
        String name = path.getFileName().toString();
        return name.endsWith(".json") && !name.startsWith(".") ? Optional.empty()
                : Optional.of("its name does not end with .json, or begins with a dot");
    }
}
