package io.github.camelroboflow.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.reactor.ListenerEndpoint;
import org.apache.hc.core5.util.TimeValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens at an address. Where the program has too many files open to accept a connection, HttpCore gives up listening for good;
 * then another of its servers takes the place, and the one before answers what it has accepted.
 */
final class Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    /** What a server opens for itself is well below. */
    private static final long FILES_OF_A_SERVER = 100;

    private final Supplier<HttpAsyncServer> servers;
    private final List<HttpAsyncServer> started = new ArrayList<>();
    private InetSocketAddress address;
    private ListenerEndpoint endpoint;
    private volatile boolean failed;
    private boolean told;

    /** @param servers makes those that are not started yet */
    Listener(Supplier<HttpAsyncServer> servers) {
        this.servers = servers;
    }

    /** @throws IOException if it can't listen there, with a message that says why */
    synchronized void listen(InetSocketAddress wanted) throws IOException {
        HttpAsyncServer server = servers.get();
        try {
            server.start();
            endpoint = server.listen(wanted, URIScheme.HTTP).get();
            // where any free port was wanted, it stays the one that was found
            address = (InetSocketAddress) endpoint.getAddress();
            started.add(server);
        } catch (ExecutionException e) {
            throw Listening.failure(wanted.getHostString(), wanted.getPort(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before it listened at port " + wanted.getPort(), e);
        } finally {
            if (!started.contains(server)) {
                server.close(CloseMode.IMMEDIATE);
            }
        }
    }

    synchronized InetSocketAddress address() {
        return address;
    }

    /** Something has failed in one of the servers: HttpCore doesn't say what ended by it. */
    void failed() {
        failed = true;
    }

    /** Listens again if that has ended by itself. To be called now and then. */
    synchronized void check() {
        if (endpoint == null || !failed || !isFree(address)) {
            return;
        }
        if (!told) {
            LOG.error("The server at port {} can't accept connections: probably too many files are open. It listens again"
                    + " when there are fewer: raise their limit (ulimit -n), or lower maxConnections", address.getPort());
            told = true;
        }
        try {
            if (mayOpen(FILES_OF_A_SERVER)) {
                Optional<HttpAsyncServer> before = started.isEmpty() ? Optional.empty()
                        : Optional.of(started.get(started.size() - 1));
                listen(address);
                // as soon as the answers that it owes are sent
                before.ifPresent(HttpAsyncServer::initiateShutdown);
                failed = false;
                told = false;
                LOG.info("The server at port {} listens again", address.getPort());
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("The server can't listen again yet", e);
        }
    }

    /** Listens with a new server, and ends the one before with its connections, some of which are not served any more. */
    synchronized void renew() {
        if (endpoint == null) {
            return;
        }
        started.remove(started.size() - 1).close(CloseMode.IMMEDIATE);
        try {
            listen(address);
            LOG.error("A thread of the server at port {} ended with an error: its clients were disconnected, and it listens again",
                    address.getPort());
        } catch (IOException | RuntimeException e) {
            LOG.debug("The server can't listen again yet", e);
            failed = true;
        }
    }

    /** Whether nobody listens there any more; unknown while no file can be opened. */
    private boolean isFree(InetSocketAddress address) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
            return true;
        } catch (BindException e) {
            failed = false;
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean mayOpen(long files) {
        return !(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)
                || system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() >= files;
    }

    /** Takes no more connections. */
    synchronized void stop() {
        Closer.closeQuietly(endpoint);
        endpoint = null;
    }

    /** Ends connections when what is on them is sent, or after that time. */
    synchronized void shutDown(TimeValue time) throws InterruptedException {
        for (HttpAsyncServer server : started) {
            server.initiateShutdown();
        }
        for (HttpAsyncServer server : started) {
            server.awaitShutdown(time);
        }
    }

    synchronized void abort() {
        started.forEach(server -> server.close(CloseMode.IMMEDIATE));
    }
}
