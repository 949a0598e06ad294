package io.github.camelroboflow.server;

import io.github.camelroboflow.server.RequestDispatcher.ServerMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.HttpProcessors;
import org.apache.hc.core5.http.impl.bootstrap.AsyncServerBootstrap;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server with limits of requests, memory, connections and times. It listens from its start until it is closed; then it
 * finishes the requests in progress. Built on Apache HttpCore, which passes on the bytes of a body whatever its content type is.
 */
public final class HttpService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpService.class);
    private static final int MAX_LINE_LENGTH = 8192;
    private static final int MAX_HEADERS = 100;
    /** The number of requests to a site that are worked on at the same time. */
    private static final int SITE_THREADS = 4;

    private final ServerSettings settings;
    private final AdmissionControl admission;
    private final ConnectionTracker connections;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService sweeper;
    private HttpListener listener;

    /**
     * @param maxBytes the memory for bodies and for responses that clients have not read yet
     * @param workers  the number of requests that are worked on at the same time
     * @param name     the prefix of its threads' names
     */
    HttpService(ServerSettings settings, long maxBytes, int workers, String name) {
        this.settings = settings;
        admission = new AdmissionControl(settings.maxRequests(), maxBytes);
        connections = new ConnectionTracker(settings.maxConnections(), settings.receiveTimeout(), settings.idleTimeout());
        threads = new ThreadPoolExecutor(workers, workers, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons(name));
        threads.allowCoreThreadTimeOut(true);
        sweeper = Executors.newSingleThreadScheduledExecutor(daemons(name + "-timeouts"));
    }

    /** A site for the browser of a person, or for programs that a person sets up. */
    public interface Site {

        /** Answers an admitted request. Called on a thread that may block. */
        ServerResponse answer(RequestHead request, byte[] body);

        /** Returns the headers that every response has. */
        Map<String, String> headers();

        /** Returns the name that the site has behind a proxy, if there is a password; empty for none. */
        default String name() {
            return "";
        }
    }

    /**
     * Starts a server for a site. It refuses requests of other web pages in the same browser, also those under a foreign name that
     * leads to this machine (DNS rebinding). Requests with another method than GET and HEAD need the header
     * {@code X-Page-Token} with {@code token}, and the site's own origin.
     *
     * @param settings its keys are passwords, of which each request needs one, for any user; without keys the host is a loopback
     *                 address
     * @param token    the text that pages of the site send with requests that change something
     * @throws IOException if it can't listen there, with a message that says why
     */
    public static HttpService start(ServerSettings settings, Site site, String token) throws IOException {
        long memory = Math.max(settings.maxRequestSize(), Runtime.getRuntime().maxMemory() / 8);
        HttpService service = new HttpService(settings, memory, SITE_THREADS, "roboflow-page");
        try {
            InetAddress address = address(settings);
            if (settings.keys().isEmpty() && !address.isLoopbackAddress()) {
                throw new IOException(settings.host() + " is no loopback address, so a password is needed");
            }
            service.listen(address, new SiteRules(site, settings, token, SiteRules.localName()), new ServerMetrics());
            return service;
        } catch (IOException | RuntimeException e) {
            service.abort();
            throw e;
        }
    }

    /** Makes a text that nobody can guess, for {@link #start}. */
    public static String newToken() {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static InetAddress address(ServerSettings settings) throws IOException {
        try {
            return InetAddress.getByName(settings.host());
        } catch (UnknownHostException e) {
            throw HttpListener.listenFailure(settings.host(), settings.port(), e);
        }
    }

    /** @throws IOException if it can't listen there, with a message that says why */
    void listen(InetAddress address, RequestDispatcher.Rules rules, ServerMetrics metrics) throws IOException {
        RequestDispatcher dispatcher = new RequestDispatcher(admission, threads, rules, metrics);
        listener = new HttpListener(() -> http(dispatcher));
        listener.listen(new InetSocketAddress(address, settings.port()));
        sweeper.scheduleWithFixedDelay(this::sweep, 250, 250, TimeUnit.MILLISECONDS);
    }

    private HttpAsyncServer http(RequestDispatcher dispatcher) {
        return AsyncServerBootstrap.bootstrap()
                // no socket timeout, since a client that waits for its response sends nothing; the connection tracker has the
                // timeouts
                .setIOReactorConfig(IOReactorConfig.custom().setSoTimeout(Timeout.DISABLED).setSoReuseAddress(true)
                        .setTcpNoDelay(true)
                        // with Java's default of 50, further clients that connect at the same moment retry only after a second
                        .setBacklogSize(settings.maxConnections()).build())
                .setHttp1Config(Http1Config.custom().setMaxLineLength(MAX_LINE_LENGTH).setMaxHeaderCount(MAX_HEADERS)
                        .setBufferSize(65536).build())
                .setHttpProcessor(HttpProcessors.server("camel-roboflow"))
                .setRequestRouter((request, context) -> () -> new HttpExchange(dispatcher, connections, settings.maxRequestSize()))
                .setIOSessionListener(connections)
                .setExceptionCallback(failure -> {
                    LOG.debug("A connection failed", failure);
                    listener.failed();
                })
                .create();
    }

    private void sweep() {
        try {
            connections.sweep();
            if (connections.hasLostThread()) {
                listener.renew();
            }
            listener.check();
        } catch (RuntimeException | Error e) {
            // an exception would end the periodic task
            LOG.warn("The connections of the server could not be checked", e);
        }
    }

    ThreadPoolExecutor threads() {
        return threads;
    }

    /** Returns the number of requests in progress. */
    int requests() {
        return admission.requests();
    }

    /** Returns the number of connected clients. */
    int connections() {
        return connections.size();
    }

    /** Returns the port that the server listens at. */
    public int port() {
        return listener.address().getPort();
    }

    InetAddress address() {
        return listener.address().getAddress();
    }

    /** Accepts no more requests, answers those in progress within the stop timeout, and disconnects all clients. */
    @Override
    public void close() {
        listener.stop();
        try {
            if (admission.drain(settings.stopTimeout().toMillis())) {
                listener.shutDown(TimeValue.ofSeconds(5));
            } else {
                LOG.warn("Within {} ms, {} requests were not finished, or clients did not read the responses",
                        settings.stopTimeout().toMillis(), admission.requests());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abort();
    }

    void abort() {
        if (listener != null) {
            listener.abort();
        }
        threads.shutdownNow();
        sweeper.shutdownNow();
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
