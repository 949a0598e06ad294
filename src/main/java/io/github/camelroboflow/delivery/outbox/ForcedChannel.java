package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import org.h2.store.fs.FileBase;

/**
 * A file each write to which is on disk when it ends. What has more than a block is written from its second block on, and then
 * its first: what H2 writes begins with a header, without which it is not there, so that it never finds half of it.
 */
final class ForcedChannel extends FileBase {

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
