package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.support.LogThrottle;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the number of requests, and the bytes of their bodies and of the responses that clients have not read yet, so that no
 * number of clients makes the server run out of memory. Clients that have not been authenticated yet get at most half of both, so
 * that they lock nobody out.
 */
final class AdmissionControl {

    private static final Logger LOG = LoggerFactory.getLogger(AdmissionControl.class);

    private final LogThrottle throttle = new LogThrottle(Duration.ofMinutes(1));
    private final int maxRequests;
    private final long maxBytes;
    private int requests;
    private int responses;
    private long bytes;
    private int unauthenticated;
    private long unauthenticatedBytes;
    private boolean closed;

    AdmissionControl(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes a slot for a request.
     *
     * @param authenticated whether the client has shown a key, or needs none
     * @throws ResponseException if there are too many requests already, or the server is stopping
     */
    synchronized Slot enter(boolean authenticated) {
        check();
        if (requests >= maxRequests) {
            throw full("requests", requests + " requests are in progress, the most allowed (maxRequests=" + maxRequests + ")");
        }
        if (!authenticated && unauthenticated >= (maxRequests + 1) / 2) {
            throw full("unauthenticated", unauthenticated + " requests in progress have their key in the body, half of the most"
                    + " allowed (maxRequests=" + maxRequests + ")");
        }
        requests++;
        unauthenticated += authenticated ? 0 : 1;
        return new Slot(authenticated);
    }

    /**
     * Checks that the server accepts requests.
     *
     * @throws ResponseException if the server is stopping
     */
    synchronized void check() {
        if (closed) {
            throw ResponseException.busy();
        }
    }

    private ResponseException full(String limit, String reason) {
        if (throttle.shouldLog(limit)) {
            LOG.warn("Further requests get HTTP 503: {} (logged once a minute)", reason);
        }
        return ResponseException.busy();
    }

    synchronized int requests() {
        return requests;
    }

    /** Returns whether no more requests are accepted. */
    synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Accepts no more requests and waits until those in progress are answered and clients have read the responses.
     *
     * @return whether all were answered in time
     */
    synchronized boolean drain(long milliseconds) throws InterruptedException {
        closed = true;
        long end = System.nanoTime() + milliseconds * 1_000_000;
        for (long left = milliseconds; requests + responses > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return requests + responses == 0;
    }

    /** Counts one request until it is closed. */
    final class Slot implements AutoCloseable {

        private boolean authenticated;
        private long held;
        private boolean answered;
        private boolean released;
        private boolean abandoned;

        private Slot(boolean authenticated) {
            this.authenticated = authenticated;
        }

        /**
         * Reserves memory.
         *
         * @throws ResponseException if all requests together would take more memory than allowed, or the client has disconnected
         */
        void grow(long more) {
            synchronized (AdmissionControl.this) {
                if (abandoned) {
                    throw ResponseException.busy();
                }
                if (bytes + more > maxBytes || !authenticated && unauthenticatedBytes + more > maxBytes / 2) {
                    throw full("bytes", requests + " requests and the responses that clients have not read yet take " + bytes
                            + " of at most " + maxBytes + " bytes; a larger heap (-Xmx) allows more");
                }
                if (!released) {
                    bytes += more;
                    held += more;
                    unauthenticatedBytes += authenticated ? 0 : more;
                }
            }
        }

        /** Refuses further memory, since the client has disconnected; the slot is kept until the work for it has ended. */
        void abandon() {
            synchronized (AdmissionControl.this) {
                abandoned = true;
            }
        }

        /** Marks the client as one that has shown a key. */
        void authenticated() {
            synchronized (AdmissionControl.this) {
                if (!authenticated && !released) {
                    authenticated = true;
                    unauthenticated--;
                    unauthenticatedBytes -= held;
                }
            }
        }

        /** Ends the work; from now on the slot holds only the response, of so many bytes, until the client has read it. */
        void answered(int length) {
            synchronized (AdmissionControl.this) {
                authenticated();
                if (!released && !answered) {
                    answered = true;
                    requests--;
                    responses++;
                    // the response exists already, whether or not the limit allows it
                    bytes += length - held;
                    held = length;
                }
            }
        }

        @Override
        public void close() {
            synchronized (AdmissionControl.this) {
                authenticated();
                if (!released) {
                    released = true;
                    requests -= answered ? 0 : 1;
                    responses -= answered ? 1 : 0;
                    bytes -= held;
                    AdmissionControl.this.notifyAll();
                }
            }
        }
    }
}
