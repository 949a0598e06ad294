package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.impl.BasicEndpointDetails;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.reactor.EventMask;
import org.apache.hc.core5.reactor.IOSession;
import org.junit.jupiter.api.Test;

class ConnectionTrackerTest {

    private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 40_000);

    private final AtomicInteger events = new AtomicInteger(EventMask.READ);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ConnectionTracker connections = new ConnectionTracker(10, Duration.ofMinutes(1), Duration.ofMinutes(1));

    /** Returns a session that knows only the client's address and the awaited events, and can be closed. */
    private IOSession session() {
        return (IOSession) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {IOSession.class},
                (proxy, method, args) -> {
            switch (method.getName()) {
                case "getRemoteAddress" :
                    return CLIENT;
                case "getEventMask" :
                    return events.get();
                case "close" :
                    closed.set(true);
                    return null;
                default :
                    throw new UnsupportedOperationException(method.getName());
            }
        });
    }

    private void aClientWaitsForItsAnswer() {
        connections.connected(session());
        HttpCoreContext context = HttpCoreContext.create();
        context.setEndpointDetails(new BasicEndpointDetails(CLIENT, CLIENT, null, null));
        connections.requestReceived(context);
    }

    @Test
    void aLostIoThreadIsReportedOnce() throws InterruptedException {
        connections.connected(session());
        assertThat(connections.hasLostThread()).isFalse();
        Thread lost = new Thread(() -> connections.connected(session()));
        lost.start();
        lost.join();

        assertThat(connections.hasLostThread()).isTrue();
        assertThat(connections.hasLostThread()).isFalse();
    }

    @Test
    void aShortPauseInReadingDisconnectsNoClient() {
        aClientWaitsForItsAnswer();

        for (int i = 0; i < 3; i++) {
            events.set(0);
            connections.sweep();
            events.set(EventMask.READ);
            connections.sweep();
        }

        assertThat(closed).isFalse();
    }

    @Test
    void aClientThatHasClosedItsSideIsDisconnected() {
        aClientWaitsForItsAnswer();
        events.set(0);

        connections.sweep();
        connections.sweep();

        assertThat(closed).isTrue();
    }
}
