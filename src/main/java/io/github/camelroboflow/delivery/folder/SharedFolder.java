package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.folder.FolderChecks.FolderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The id of a folder {@code work} that several machines share, in a file there. A machine that has another folder mounted at its
 * place finds another id or none, instead of taking all images for gone.
 */
public final class SharedFolder {

    private static final String FILE = ".folder-id";
    private static final Pattern ID = Pattern.compile("[0-9a-f-]{36}");

    private SharedFolder() {
    }

    /** Returns the id of a folder, which is made if there is none yet. */
    public static String makeId(Path work) throws IOException {
        Path file = work.resolve(FILE);
        if (Files.notExists(file)) {
            Path temporary = work.resolve(InboxFolders.TEMPORARY + UUID.randomUUID());
            Files.writeString(temporary, UUID.randomUUID().toString());
            try {
                Disk.force(temporary);
                Disk.rename(temporary, file);
                Disk.forceFolder(work);
            } catch (FileAlreadyExistsException e) {
                // another program made it first
                Files.deleteIfExists(temporary);
            }
        }
        return readId(work);
    }

    /**
     * Checks that a folder is the one in which a dispatcher put an image.
     *
     * @param id the id that the image's reference names
     * @throws IOException if it is another one, or can't be read; no image is at fault
     */
    public static void requireId(Path work, String id) throws IOException {
        if (!readId(work).equals(id)) {
            throw new FolderException("the folder " + work + " is not the one that the dispatcher puts images into: mount the same"
                    + " folder on both machines, and name it in the property work");
        }
    }

    private static String readId(Path work) throws IOException {
        try {
            String id = Files.readString(work.resolve(FILE), StandardCharsets.UTF_8).strip();
            if (ID.matcher(id).matches()) {
                return id;
            }
        } catch (NoSuchFileException e) {
            throw new FolderException("the folder " + work + " has no file " + FILE + ", so it is not the one that the dispatcher"
                    + " puts images into: is the shared folder mounted there?", e);
        }
        throw new FolderException("the file " + work.resolve(FILE) + " holds no id: restore it, or stop all programs, move what is"
                + " in " + work + " into the inbox, and remove that file");
    }
}
