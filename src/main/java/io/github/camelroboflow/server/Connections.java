package io.github.camelroboflow.server;

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
 * The connected clients, and how long each may still take for what it is doing: a client that sends or takes a byte now and then is
 * never silent, and holds its connection all the same.
 */
final class Connections implements IOSessionListener {

    /** Requests that a client may send before it takes their answers: HttpCore reads on, and remembers all of them. */
    private static final int MOST_UNANSWERED = 16;

    private final int most;
    private final long transferNanos;
    private final long idleNanos;
    private final Map<SocketAddress, Connection> connected = new ConcurrentHashMap<>();
    /** Threads of the network that have connected somebody. */
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private static final class Connection {

        private final IOSession session;
        private volatile boolean idle = true;
        private volatile long deadline;
        /** At the last sweep; only that uses it. */
        private boolean silent;
        private final AtomicInteger unanswered = new AtomicInteger();
        /** Whole requests that are worked on: while there are any, the client waits for us. */
        private final AtomicInteger waiting = new AtomicInteger();

        Connection(IOSession session, long idleNanos) {
            this.session = session;
            expect(true, idleNanos);
        }

        /** What is due from the client within that time: a request if it is idle, or else the rest of what it sends or takes. */
        void expect(boolean isIdle, long nanos) {
            deadline = System.nanoTime() + nanos;
            idle = isIdle;
        }
    }

    Connections(int most, Duration transfer, Duration idle) {
        this.most = most;
        this.transferNanos = transfer.toNanos();
        this.idleNanos = idle.toNanos();
    }

    /** Whether a thread of the network has ended with an error, and its clients are not served any more. Told once. */
    boolean hasLostThread() {
        return threads.removeIf(thread -> !thread.isAlive());
    }

    int size() {
        return connected.size();
    }

    /** Disconnects those whose time is over, and those that have gone without waiting for their answer. */
    void sweep() {
        long now = System.nanoTime();
        connected.values().forEach(connection -> {
            boolean waits = connection.waiting.get() > 0;
            boolean late = !waits && connection.deadline - now < 0;
            boolean silent = waits && hasEnded(connection.session);
            if (late || silent && connection.silent) {
                connection.session.close(CloseMode.IMMEDIATE);
            }
            connection.silent = silent;
        });
    }

    /**
     * HttpCore answers a client that has closed its side, too, but does not listen to it any more. For a moment it does not listen
     * either when much of a request has come at once, so this must be so twice.
     */
    private static boolean hasEnded(IOSession session) {
        return (session.getEventMask() & EventMask.READ) == 0;
    }

    /**
     * A request has begun. A client that has too many unanswered ones is disconnected.
     *
     * @return whether it may be answered
     */
    boolean begun(HttpContext context) {
        Connection connection = find(context);
        if (connection != null && connection.unanswered.incrementAndGet() > MOST_UNANSWERED) {
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

    /** The client has sent its request: now it waits for us. */
    void received(HttpContext context) {
        Connection connection = find(context);
        if (connection != null) {
            connection.waiting.incrementAndGet();
        }
    }

    /** @param waited whether the whole request was received before; else the answer is sent while it still comes */
    void answering(HttpContext context, boolean waited) {
        Connection connection = find(context);
        if (connection != null) {
            connection.expect(false, transferNanos);
            connection.waiting.addAndGet(waited ? -1 : 0);
        }
    }

    /** The answer to a request that has begun was taken, or nobody wants it any more. */
    void answered(HttpContext context) {
        Connection connection = find(context);
        if (connection != null) {
            connection.unanswered.decrementAndGet();
            connection.expect(true, idleNanos);
        }
    }

    private Connection find(HttpContext context) {
        EndpointDetails details = HttpCoreContext.cast(context).getEndpointDetails();
        return details == null ? null : connected.get(details.getRemoteAddress());
    }

    @Override
    public void connected(IOSession session) {
        threads.add(Thread.currentThread());
        if (connected.size() >= most) {
            session.close(CloseMode.IMMEDIATE);
            return;
        }
        connected.put(session.getRemoteAddress(), new Connection(session, idleNanos));
    }

    @Override
    public void inputReady(IOSession session) {
        Connection connection = connected.get(session.getRemoteAddress());
        if (connection != null && connection.idle) {
            connection.expect(false, transferNanos);
        }
    }

    @Override
    public void disconnected(IOSession session) {
        connected.values().removeIf(connection -> connection.session == session
                || connection.session.getId().equals(session.getId()));
    }

    @Override
    public void startTls(IOSession session) {
        // there is none
    }

    @Override
    public void outputReady(IOSession session) {
        // the deadline stands
    }

    @Override
    public void timeout(IOSession session) {
        // the session ends by itself
    }

    @Override
    public void exception(IOSession session, Exception failure) {
        // a client that has gone
    }
}
