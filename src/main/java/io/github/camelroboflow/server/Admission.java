package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.support.LogThrottle;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much a server has taken on: requests, and the bytes of their bodies and of the answers that clients have not taken yet. Both
 * are bounded, so that no number of clients makes it run out of memory; and no more than half of either is for clients that have
 * not shown a key yet, so that those keep nobody else out.
 */
final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final LogThrottle said = new LogThrottle(Duration.ofMinutes(1));
    private final int maxRequests;
    private final long maxBytes;
    private int requests;
    private int answers;
    private long bytes;
    private int strangers;
    private long strangersBytes;
    private boolean closed;

    Admission(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /**
     * @param known whether who asks has shown a key, or needs none
     * @throws Refusal if there are too many already, or no more are taken
     */
    synchronized Slot enter(boolean known) {
        check();
        if (requests >= maxRequests) {
            throw full("requests", requests + " are worked on, of " + maxRequests + " that may be (maxRequests)");
        }
        if (!known && strangers >= (maxRequests + 1) / 2) {
            throw full("strangers", strangers + " are worked on whose key comes in their body, half of all that may be"
                    + " (maxRequests)");
        }
        requests++;
        strangers += known ? 0 : 1;
        return new Slot(known);
    }

    /** @throws Refusal if no more requests are taken */
    synchronized void check() {
        if (closed) {
            throw Refusal.busy();
        }
    }

    private Refusal full(String what, String why) {
        if (said.shouldLog(what)) {
            LOG.warn("Further requests get HTTP 503: {} (said once a minute)", why);
        }
        return Refusal.busy();
    }

    synchronized int requests() {
        return requests;
    }

    /** Whether no more requests are taken. */
    synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Takes no more requests and waits until those that it has are answered, and their answers taken.
     *
     * @return whether all were in time
     */
    synchronized boolean drain(long milliseconds) throws InterruptedException {
        closed = true;
        long end = System.nanoTime() + milliseconds * 1_000_000;
        for (long left = milliseconds; requests + answers > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return requests + answers == 0;
    }

    /** The place of one request. */
    final class Slot implements AutoCloseable {

        private boolean known;
        private long held;
        private boolean answered;
        private boolean left;
        private boolean abandoned;

        private Slot(boolean known) {
            this.known = known;
        }

        /** @throws Refusal if the bodies of all requests together would take more than they may, or nobody waits for the answer */
        void grow(long more) {
            synchronized (Admission.this) {
                if (abandoned) {
                    throw Refusal.busy();
                }
                if (bytes + more > maxBytes || !known && strangersBytes + more > maxBytes / 2) {
                    throw full("bytes", "the bodies of " + requests + " and the answers to be taken have " + bytes + " bytes, of "
                            + maxBytes + " that they may: a larger heap (-Xmx) has room for more");
                }
                if (!left) {
                    bytes += more;
                    held += more;
                    strangersBytes += known ? 0 : more;
                }
            }
        }

        /** The client has gone; the place is kept for what still runs, which gets no more. */
        void abandon() {
            synchronized (Admission.this) {
                abandoned = true;
            }
        }

        /** Who asks has shown a key. */
        void known() {
            synchronized (Admission.this) {
                if (!known && !left) {
                    known = true;
                    strangers--;
                    strangersBytes -= held;
                }
            }
        }

        /** The work is over. Of what it held the answer is left, of so many bytes, until it is taken. */
        void answered(int length) {
            synchronized (Admission.this) {
                known();
                if (!left && !answered) {
                    answered = true;
                    requests--;
                    answers++;
                    // it is there already, whether or not there is room
                    bytes += length - held;
                    held = length;
                }
            }
        }

        @Override
        public void close() {
            synchronized (Admission.this) {
                known();
                if (!left) {
                    left = true;
                    requests -= answered ? 0 : 1;
                    answers -= answered ? 1 : 0;
                    bytes -= held;
                    Admission.this.notifyAll();
                }
            }
        }
    }
}
