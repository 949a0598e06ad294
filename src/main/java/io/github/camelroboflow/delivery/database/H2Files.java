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
 * The files of H2, by schemes of our own: nobody else may read them, and those of {@link Forced} are on disk before H2 goes on,
 * which itself forces nothing at a commit, so that a power cut leaves no more to it than a kill does. Public, since H2 makes them.
 */
public abstract class H2Files extends FilePathWrapper {

    private static final String PREFIX = "jdbc:h2:file:";

    /** Writes are with the operating system. */
    public static final class Plain extends H2Files {

        static final String SCHEME = "roboflow-plain";

        @Override
        public String getScheme() {
            return SCHEME;
        }
    }

    /** Writes are on disk. */
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

    /** The address of a database in a file, by one of the schemes. */
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
     * A file each write to which is on disk when it ends. What has more than a block is written from its second block on, and then
     * its first: what H2 writes begins with a header, without which it is not there, so that it never finds half of it.
     */
    static final class ForcedChannel extends FileBase {

        /** Bytes that a disk writes whole or not at all. */
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
     * A large content on its way into a database that is a file. Has H2 write what it has read so far every two megabytes: left to
     * itself, it keeps several times an eighth of the heap in memory until its background writer comes to it.
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
