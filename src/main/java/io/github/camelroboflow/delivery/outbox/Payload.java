package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.disk.Disk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bytes of an outbox message. */
sealed interface Payload {

    /** Returns the payload as the body of a message, which an endpoint can send without another copy in memory. */
    Object body() throws IOException;

    /** Returns the whole payload in memory. */
    byte[] bytes() throws IOException;

    /** Returns the size in bytes. */
    long size() throws IOException;

    InputStream open() throws IOException;

    static Payload of(byte[] bytes) {
        return new Bytes(bytes);
    }

    static Payload of(Path file) {
        return new OnDisk(file);
    }

    /** A small payload, such as a result, in memory. */
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

    /** A payload that may be large, such as an image, in a file that exists until the exchange ends. */
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

    /** A large payload in the table; {@link UnpackedMessage} copies it into a file. */
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

    /** A message whose payload need not be in memory: a large payload of the table is in a file while this is open. */
    final class UnpackedMessage implements AutoCloseable {

        private static final Logger LOG = LoggerFactory.getLogger(UnpackedMessage.class);

        private final OutboxMessage message;
        private final Path file;

        private UnpackedMessage(OutboxMessage message, Path file) {
            this.message = message;
            this.file = file;
        }

        /**
         * Copies the payload from the table into a file, if it is there.
         *
         * @param folder the folder for the file, which is hidden
         */
        static UnpackedMessage of(OutboxMessage packed, Path folder) throws IOException {
            if (!(packed.payload() instanceof Payload.Stored stored)) {
                return new UnpackedMessage(packed, null);
            }
            Disk.createPrivateFolder(folder);
            // the leftover of a killed program has the same name and is overwritten when the row is sent again; rows of another
            // database have other names
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

        OutboxMessage message() {
            return message;
        }

        /** Deletes the file. A failure is only logged: it is no reason to send the message again. */
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

    /** Thrown if a payload can't be read here, which is not its destination's fault. */
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
