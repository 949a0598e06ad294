package io.github.camelroboflow.delivery.database;

import io.github.camelroboflow.delivery.disk.Disk;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * Files of H2 with our own URI schemes. Only the owner can read them. Writes of {@link Forced} are on disk before H2 continues: H2
 * itself forces nothing at a commit, so that a power cut does no more harm than a kill. Public because H2 creates the instances.
 */
public abstract class H2Files extends FilePathWrapper {

    private static final String PREFIX = "jdbc:h2:file:";

    /** Leaves writes to the operating system. */
    public static final class Plain extends H2Files {

        static final String SCHEME = "roboflow-plain";

        @Override
        public String getScheme() {
            return SCHEME;
        }
    }

    /** Forces writes to disk. */
    public static final class Forced extends H2Files {

        static final String SCHEME = "roboflow-forced";

        @Override
        public String getScheme() {
            return SCHEME;
        }

        @Override
        public FileChannel open(String mode) throws IOException {
            FileChannel channel = super.open(mode);
            return mode.equals("r") ? channel : new ForcedChannel(channel);
        }
    }

    /** Returns the address of a database file with one of the schemes. */
    static String address(String url, boolean forced) {
        FilePath.register(new Plain());
        FilePath.register(new Forced());
        return url.replace(PREFIX, "jdbc:h2:" + (forced ? Forced.SCHEME : Plain.SCHEME) + ":");
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Path file = Path.of(unwrap().toString());
        if (!mode.equals("r") && Files.notExists(file)) {
            Disk.createPrivate(file);
        }
        return super.open(mode);
    }

    /**
     * A file whose writes are on disk when they return. A write of more than a block writes the second and later blocks first, and
     * the first block last. H2's data begins with a header, and without the header H2 ignores the data, so it never reads half of
     * it.
     */
    static final class ForcedChannel extends FileBase {

        /** The number of bytes that a disk writes whole or not at all. */
        private static final int BLOCK = 4096;

        private final FileChannel channel;

        ForcedChannel(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int write(ByteBuffer source, long position) throws IOException {
            int length = source.remaining();
            if (length > BLOCK) {
                ByteBuffer rest = source.duplicate();
                rest.position(source.position() + BLOCK);
                writeFully(rest, position + BLOCK);
                channel.force(false);
            }
            ByteBuffer first = source.duplicate();
            first.limit(source.position() + Math.min(length, BLOCK));
            writeFully(first, position);
            channel.force(false);
            source.position(source.limit());
            return length;
        }

        private void writeFully(ByteBuffer source, long position) throws IOException {
            for (long at = position; source.hasRemaining(); ) {
                at += channel.write(source, at);
            }
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int length = write(source, channel.position());
            channel.position(channel.position() + length);
            return length;
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            channel.truncate(size);
            channel.force(true);
            return this;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            channel.force(metaData);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return channel.read(target);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return channel.read(target, position);
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            channel.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return channel.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }
    }

    /**
     * A large content on its way into a database file. Makes H2 write every two megabytes; by itself H2 keeps a multiple of an
     * eighth of the heap in memory until its background writer runs.
     */
    public static final class CheckpointedStream extends FilterInputStream {

        private static final int INTERVAL = 2 << 20;

        private final DeliveryDatabase database;
        private int unwritten;

        public CheckpointedStream(InputStream content, DeliveryDatabase database) {
            super(content);
            this.database = database;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            count(Math.max(0, count));
            return count;
        }

        private void count(int bytes) {
            unwritten += bytes;
            if (unwritten >= INTERVAL) {
                unwritten = 0;
                database.checkpoint();
            }
        }
    }
}
