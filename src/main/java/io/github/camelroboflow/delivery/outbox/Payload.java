package io.github.camelroboflow.delivery.outbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

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

    /** What is large and waits in the table; {@link Unpacked} makes a file of it. */
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
}
