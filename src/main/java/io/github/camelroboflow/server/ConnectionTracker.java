package io.github.camelroboflow.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.EventMask;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOSessionListener;

/**
 * Bounds the number of connections and gives each a deadline for its current request, response or idle time. A timeout for silence
 * would not be enough: a client that sends or reads one byte now and then would hold its connection forever.
 */
final class ConnectionTracker implements IOSessionListener {

    /** Limit of pipelined requests: HttpCore reads them without limit, and keeps all of them. */
    private static final int MAX_UNANSWERED = 16;

    private final int maxConnections;
    private final long transferNanos;
    private final long idleNanos;
    private final Map<SocketAddress, Connection> connections = new ConcurrentHashMap<>();
    /** I/O threads that have accepted a connection. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private static final class Connection {

        private final IOSession session;
        private volatile boolean idle = true;
        private volatile long deadline;
        /** State at the last sweep; only the sweep uses it. */
        private boolean wasHalfClosed;
        private final AtomicInteger unanswered = new AtomicInteger();
        /** Number of complete requests in progress: while there are any, the client waits for the server. */
        private final AtomicInteger waiting = new AtomicInteger();

        Connection(IOSession session, long idleNanos) {
            this.session = session;
            expect(true, idleNanos);
        }

        /** Sets the deadline for the next request if the connection is idle, or else for the current request or response. */
        void expect(boolean isIdle, long nanos) {
            deadline = System.nanoTime() + nanos;
            idle = isIdle;
        }
    }

    ConnectionTracker(int maxConnections, Duration transfer, Duration idle) {
        this.maxConnections = maxConnections;
        this.transferNanos = transfer.toNanos();
        this.idleNanos = idle.toNanos();
    }

    /** Returns, once for each, whether an I/O thread has died of an error, so that its clients are no longer served. */
    boolean hasLostThread() {
        return threads.removeIf(thread -> !thread.isAlive());
    }

    int size() {
        return connections.size();
    }

    /** Disconnects clients whose deadline has passed, and clients that have left without waiting for their response. */
    void sweep() {
        long now = System.nanoTime();
        connections.values().forEach(connection -> {
            boolean waits = connection.waiting.get() > 0;
            boolean late = !waits && connection.deadline - now < 0;
            boolean halfClosed = waits && isHalfClosed(connection.session);
            if (late || halfClosed && connection.wasHalfClosed) {
                connection.session.close(CloseMode.IMMEDIATE);
            }
            connection.wasHalfClosed = halfClosed;
        });
    }

    /**
     * Returns whether HttpCore has stopped reading, as it does when the client has closed its side. It also stops for a moment when
     * much of a request arrives at once, so the client has left only if two sweeps find this.
     */
    private static boolean isHalfClosed(IOSession session) {
        return (session.getEventMask() & EventMask.READ) == 0;
    }

    /**
     * Counts a request that has begun. Disconnects a client with too many unanswered requests.
     *
     * @return whether the request may be answered
     */
    boolean requestBegun(HttpContext context) {
        Connection connection = find(context);
        if (connection != null && connection.unanswered.incrementAndGet() > MAX_UNANSWERED) {
            connection.session.close(CloseMode.IMMEDIATE);
            return false;
        }
        return true;
    }

    void disconnect(HttpContext context) {
        Connection connection = find(context);
        if (connection != null) {
            connection.session.close(CloseMode.IMMEDIATE);
        }
    }

    /** Suspends the deadline: the client has sent its request and waits for the server. */
    void requestReceived(HttpContext context) {
        Connection connection = find(context);
        if (connection != null) {
            connection.waiting.incrementAndGet();
        }
    }

    /**
     * Starts the deadline for the response.
     *
     * @param received whether the whole request was received; else the response is sent while the request still arrives
     */
    void responseBegun(HttpContext context, boolean received) {
        Connection connection = find(context);
        if (connection != null) {
            connection.expect(false, transferNanos);
            connection.waiting.addAndGet(received ? -1 : 0);
        }
    }

    /** Ends a request that has begun, because its response was sent or the client has left. */
    void requestEnded(HttpContext context) {
        Connection connection = find(context);
        if (connection != null) {
            connection.unanswered.decrementAndGet();
            connection.expect(true, idleNanos);
        }
    }

    private Connection find(HttpContext context) {
        SocketAddress client = remoteAddress(context);
        return client == null ? null : connections.get(client);
    }

    private static SocketAddress remoteAddress(HttpContext context) {
        EndpointDetails details = HttpCoreContext.cast(context).getEndpointDetails();
        return details == null ? null : details.getRemoteAddress();
    }

    /** Returns the address that the client of a request has; {@code null} if unknown. */
    static InetAddress client(HttpContext context) {
        return remoteAddress(context) instanceof InetSocketAddress address ? address.getAddress() : null;
    }

    @Override
    public void connected(IOSession session) {
        threads.add(Thread.currentThread());
        if (connections.size() >= maxConnections) {
            session.close(CloseMode.IMMEDIATE);
            return;
        }
        connections.put(session.getRemoteAddress(), new Connection(session, idleNanos));
    }

    @Override
    public void inputReady(IOSession session) {
        Connection connection = connections.get(session.getRemoteAddress());
        if (connection != null && connection.idle) {
            connection.expect(false, transferNanos);
        }
    }

    @Override
    public void disconnected(IOSession session) {
        connections.values().removeIf(connection -> connection.session == session
                || connection.session.getId().equals(session.getId()));
    }

    @Override
    public void startTls(IOSession session) {
        // the server has no TLS
    }

    @Override
    public void outputReady(IOSession session) {
        // the deadline stays
    }

    @Override
    public void timeout(IOSession session) {
        // HttpCore closes the session
    }

    @Override
    public void exception(IOSession session, Exception failure) {
        // the client has disconnected
    }
}
