package io.github.camelroboflow.delivery.outbox;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A large content on its way into a database that is a file. Has H2 write what it has read so far every two megabytes: left to
 * itself, it keeps several times an eighth of the heap in memory until its background writer comes to it.
 */
final class CheckpointedStream extends FilterInputStream {

    private static final int INTERVAL = 2 << 20;

    private final DeliveryDatabase database;
    private int unwritten;

    CheckpointedStream(InputStream content, DeliveryDatabase database) {
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
            database.writeOut();
        }
    }
}
