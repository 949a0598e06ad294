package io.github.camelroboflow.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
 * Listens at an address. If the program has too many open files to accept a connection, HttpCore stops listening permanently; then
 * another HttpCore server replaces it, and the one before finishes the requests that it has accepted.
 */
final class HttpListener {

    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    /** Number of files that must be free before another server is started; a server itself opens far fewer. */
    private static final long FILES_OF_A_SERVER = 100;

    private final Supplier<HttpAsyncServer> servers;
    private final List<HttpAsyncServer> started = new ArrayList<>();
    private InetSocketAddress address;
    private ListenerEndpoint endpoint;
    private volatile boolean failed;
    private boolean logged;

    /** @param servers makes servers that are not started yet */
    HttpListener(Supplier<HttpAsyncServer> servers) {
        this.servers = servers;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if it can't listen there, with a message that says why
     */
    synchronized void listen(InetSocketAddress wanted) throws IOException {
        HttpAsyncServer server = servers.get();
        try {
            server.start();
            endpoint = server.listen(wanted, URIScheme.HTTP).get();
            // if any free port was wanted, later servers use the one that was found
            address = (InetSocketAddress) endpoint.getAddress();
            started.add(server);
        } catch (ExecutionException e) {
            throw listenFailure(wanted.getHostString(), wanted.getPort(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before it listened at port " + wanted.getPort(), e);
        } finally {
            if (!started.contains(server)) {
                server.close(CloseMode.IMMEDIATE);
            }
        }
    }

    /**
     * Makes an exception that says why the server can't listen, and what to do.
     *
     * @param cause the failure, whose message is that of the operating system
     */
    static IOException listenFailure(String host, int port, Throwable cause) {
        return new IOException("can't listen at " + host + ":" + port + ": " + reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        String message = Objects.toString(cause.getMessage(), cause.getClass().getSimpleName());
        if (cause instanceof UnknownHostException) {
            return "that name has no address: write localhost, an address of this machine, or 0.0.0.0 for all of them";
        }
        if (message.contains("already in use")) {
            return "another program uses that port: stop that program, or choose another port";
        }
        if (message.contains("assign requested address")) {
            return "this machine has no such address: write one that it has, or 0.0.0.0 for all of them";
        }
        if (message.contains("Permission denied")) {
            return "the system does not permit it, usually for a port below 1024: choose a higher port";
        }
        return message;
    }

    synchronized InetSocketAddress address() {
        return address;
    }

    /** Notes that something has failed in one of the servers; HttpCore does not tell whether it still listens. */
    void failed() {
        failed = true;
    }

    /** Listens again if HttpCore has stopped listening. Must be called periodically. */
    synchronized void check() {
        if (endpoint == null || !failed || !isFree(address)) {
            return;
        }
        if (!logged) {
            LOG.error("The server at port {} can't accept connections, probably because too many files are open. Raise their limit"
                    + " (ulimit -n) or lower maxConnections; it listens again when fewer are open", address.getPort());
            logged = true;
        }
        try {
            if (mayOpen(FILES_OF_A_SERVER)) {
                Optional<HttpAsyncServer> before = started.isEmpty() ? Optional.empty()
                        : Optional.of(started.get(started.size() - 1));
                listen(address);
                // ends when its pending responses are sent
                before.ifPresent(HttpAsyncServer::initiateShutdown);
                failed = false;
                logged = false;
                LOG.info("The server at port {} listens again", address.getPort());
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("The server can't listen again yet", e);
        }
    }

    /** Listens with a new server, and closes the one before with its connections, some of which are no longer served. */
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

    /** Returns whether no server listens there any more; false while that is unknown because no file can be opened. */
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

    /** Stops accepting connections. */
    synchronized void stop() {
        Closer.closeQuietly(endpoint);
        endpoint = null;
    }

    /** Closes connections when their responses are sent, or after that time. */
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
