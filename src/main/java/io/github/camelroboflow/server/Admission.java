package io.github.camelroboflow.server;

/**
 * How much a server has taken on: requests, and the bytes of their bodies. Both are bounded, so that no number of clients makes it run
 * out of memory.
 */
final class Admission {

    private final int maxRequests;
    private final long maxBytes;
    private int requests;
    private long bytes;
    private boolean closed;

    Admission(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /** @throws Refusal if there are too many already, or no more are taken */
    synchronized Slot enter() {
        if (closed || requests >= maxRequests) {
            throw Refusal.busy();
        }
        requests++;
        return new Slot();
    }

    synchronized int requests() {
        return requests;
    }

    /**
     * Takes no more requests and waits for those that it has.
     *
     * @return whether all ended in time
     */
    synchronized boolean drain(long milliseconds) throws InterruptedException {
        closed = true;
        long end = System.nanoTime() + milliseconds * 1_000_000;
        for (long left = milliseconds; requests > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return requests == 0;
    }

    /** The place of one request. */
    final class Slot implements AutoCloseable {

        private long held;
        private boolean left;

        /** @throws Refusal if the bodies of all requests together would take more than they may */
        void grow(long more) {
            synchronized (Admission.this) {
                if (bytes + more > maxBytes) {
                    throw Refusal.busy();
                }
                if (!left) {
                    bytes += more;
                    held += more;
                }
            }
        }

        @Override
        public void close() {
            synchronized (Admission.this) {
                if (!left) {
                    left = true;
                    requests--;
                    bytes -= held;
                    Admission.this.notifyAll();
                }
            }
        }
    }
}
