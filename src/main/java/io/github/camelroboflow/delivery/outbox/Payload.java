package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.disk.Disk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes that a parcel holds. */
sealed interface Payload {

    /** As a message's body: what an endpoint can send without another copy of it in memory. */
    Object body() throws IOException;

    /** All of it in memory. */
    byte[] bytes() throws IOException;

    /** How many bytes it has. */
    long size() throws IOException;

    InputStream open() throws IOException;

    static Payload of(byte[] bytes) {
        return new Bytes(bytes);
    }

    static Payload of(Path file) {
        return new OnDisk(file);
    }

    /** What is small, such as a result. */
    record Bytes(byte[] bytes) implements Payload {

        @Override
        public Object body() {
            return bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /** What may be large, such as an image: a file that is there until the exchange ends. */
    record OnDisk(Path file) implements Payload {

        @Override
        public Object body() {
            return file.toFile();
        }

        @Override
        public byte[] bytes() throws IOException {
            return Files.readAllBytes(file);
        }

        @Override
        public long size() throws IOException {
            return Files.size(file);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    /** What is large and waits in the table; {@link UnpackedMessage} makes a file of it. */
    record Stored(OutboxTable table, long id, long size) implements Payload {

        @Override
        public Object body() {
            return bytes();
        }

        @Override
        public byte[] bytes() {
            return table.payload(id);
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes());
        }
    }

    /**
     * A parcel whose payload need not be in memory: one that is large and in the table is in a file for as long as this is open.
     */
    final class UnpackedMessage implements AutoCloseable {

        private static final Logger LOG = LoggerFactory.getLogger(UnpackedMessage.class);

        private final OutboxMessage parcel;
        private final Path file;

        private UnpackedMessage(OutboxMessage parcel, Path file) {
            this.parcel = parcel;
            this.file = file;
        }

        /**
         * Brings the payload out of the table, if it is there.
         *
         * @param folder for the file, which is hidden
         */
        static UnpackedMessage of(OutboxMessage packed, Path folder) throws IOException {
            if (!(packed.payload() instanceof Payload.Stored stored)) {
                return new UnpackedMessage(packed, null);
            }
            Disk.createPrivateFolder(folder);
            // what a program leaves that is killed has the same name when the row is used again; that of another database has not
            Path file = folder.resolve(".unpacked-" + stored.table().databaseId() + "-" + stored.id() + ".tmp");
            UnpackedMessage unpacked = new UnpackedMessage(packed.with(Payload.of(file)), file);
            try {
                stored.table().copyPayload(stored.id(), file);
                return unpacked;
            } catch (IOException | RuntimeException e) {
                unpacked.close();
                throw e;
            }
        }

        OutboxMessage parcel() {
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

    /** A payload can't be read here, which is not its destination's fault. */
    final class PayloadException extends Exception {

        private static final long serialVersionUID = 1L;

        PayloadException(IOException cause) {
            super(cause.getMessage(), cause);
        }

        @Override
        public synchronized IOException getCause() {
            return (IOException) super.getCause();
        }
    }
}
