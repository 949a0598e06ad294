package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A parcel whose payload need not be in memory: one that is large and in the table is in a file for as long as this is open. */
final class Unpacked implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Unpacked.class);

    private final Parcel parcel;
    private final Path file;

    private Unpacked(Parcel parcel, Path file) {
        this.parcel = parcel;
        this.file = file;
    }

    /**
     * Brings the payload out of the table, if it is there.
     *
     * @param folder for the file, which is hidden
     */
    static Unpacked of(Parcel packed, Path folder) throws IOException {
        if (!(packed.payload() instanceof Payload.Stored stored)) {
            return new Unpacked(packed, null);
        }
        Disk.createPrivateFolder(folder);
        // what a program leaves that is killed has the same name when the row is used again; that of another database has not
        Path file = folder.resolve(".unpacked-" + stored.table().databaseId() + "-" + stored.id() + ".tmp");
        Unpacked unpacked = new Unpacked(packed.with(Payload.of(file)), file);
        try {
            stored.table().copyPayload(stored.id(), file);
            return unpacked;
        } catch (IOException | RuntimeException e) {
            unpacked.close();
            throw e;
        }
    }

    Parcel parcel() {
        return parcel;
    }

    /** What can't be deleted is told and stays: it is no reason to send the parcel again. */
    @Override
    public void close() {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("{} can't be deleted: {}", file, e.toString());
        }
    }
}
