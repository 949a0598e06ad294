package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brings what is large out of the table into a file, from which it is sent; what is not, is sent as it is. */
final class SendingFromDisk implements Sending {

    private final OutboxTable table;
    private final Path folder;
    private final Sending sending;

    /** @param folder for the files, which are hidden */
    SendingFromDisk(OutboxTable table, Path folder, Sending sending) {
        this.table = table;
        this.folder = folder;
        this.sending = sending;
    }

    @Override
    public void send(Parcel parcel) throws Exception {
        if (parcel.payload() instanceof Payload.Stored stored) {
            // what a program leaves that is killed has the same name when the row is sent again
            Path file = folder.resolve(".sending-" + stored.id() + ".tmp");
            try {
                copy(stored, file);
                sending.send(parcel.with(Payload.of(file)));
            } finally {
                Files.deleteIfExists(file);
            }
        } else {
            sending.send(parcel);
        }
    }

    /** One after the other, since some drivers bring all of it into memory. */
    private synchronized void copy(Payload.Stored stored, Path file) throws IOException {
        Files.createDirectories(folder);
        table.copyPayload(stored.id(), file);
    }
}
