package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ModelId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
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
 * A server that Roboflow's own clients can use. It listens from its start until it is closed; then it finishes the requests in
 * progress. Built on Apache HttpCore, which passes on the bytes of a body whatever its content type is.
 */
public final class RoboflowServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RoboflowServer.class);
    private static final int MAX_LINE_LENGTH = 8192;
    private static final int MAX_HEADERS = 100;

    private final ServerSettings settings;
    private final AdmissionControl admission;
    private final ConnectionTracker connections;
    private final ImageFetcher fetcher;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService sweeper;
    private final HttpListener listener;

    private RoboflowServer(ServerSettings settings, ModelService models, ImageFetcher fetcher) {
        this.settings = settings;
        this.fetcher = fetcher;
        // a quarter of the heap, the rest is for engine and application; but always enough for the largest request
        admission = new AdmissionControl(settings.maxRequests(),
                Math.max(8L * settings.maxRequestSize(), Runtime.getRuntime().maxMemory() / 4));
        connections = new ConnectionTracker(settings.maxConnections(), settings.receiveTimeout(), settings.idleTimeout());
        // one for each request, so that none waits while the model of another is loaded
        threads = new ThreadPoolExecutor(settings.maxRequests(), settings.maxRequests(), 30, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), daemons("roboflow-server"));
        threads.allowCoreThreadTimeOut(true);
        sweeper = Executors.newSingleThreadScheduledExecutor(daemons("roboflow-server-timeouts"));
        AccessControl access = new AccessControl(settings.keys(), settings.maxRequestsPerSecond());
        ServerMetrics metrics = new ServerMetrics();
        ManagementHandlers management = new ManagementHandlers(models, request -> access.isValid(request.key()),
                () -> metrics.text(admission.requests(), connections.size(), models.opened().size()));
        InferenceHandlers inference = new InferenceHandlers(models, new InferenceRunner(models, threads), fetcher);
        Set<String> singleNames = models.offered().stream().map(ModelId::value).filter(name -> !name.contains("/"))
                .collect(Collectors.toSet());
        RequestRouter router = new RequestRouter(management, singleNames, inference.infer(),
                inference.legacyInfer(RequestRouter.Key.IN_HEAD), inference.legacyInfer(RequestRouter.Key.PERHAPS_IN_BODY));
        RequestDispatcher dispatcher = new RequestDispatcher(admission, access, threads, router, metrics);
        listener = new HttpListener(() -> http(dispatcher));
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

    /**
     * Starts a server.
     *
     * @throws IOException if it can't listen there, with a message that says why
     */
    public static RoboflowServer start(ServerSettings settings, ModelService models) throws IOException {
        return start(settings, models, new ImageFetcher(settings.imageUrls(), settings.maxRequestSize()));
    }

    static RoboflowServer start(ServerSettings settings, ModelService models, ImageFetcher fetcher) throws IOException {
        RoboflowServer server = new RoboflowServer(settings, models, fetcher);
        try {
            server.listen();
            return server;
        } catch (IOException | RuntimeException e) {
            server.abort();
            throw e;
        }
    }

    private void listen() throws IOException {
        listener.listen(new InetSocketAddress(address(), settings.port()));
        sweeper.scheduleWithFixedDelay(this::sweep, 250, 250, TimeUnit.MILLISECONDS);
        if (settings.keys().isEmpty()) {
            LOG.warn("No keys are set, so only programs on this machine can use the server at {}", url());
        }
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

    private InetAddress address() throws IOException {
        try {
            InetAddress wanted = InetAddress.getByName(settings.host());
            return settings.keys().isEmpty() && !wanted.isLoopbackAddress() ? InetAddress.getLoopbackAddress() : wanted;
        } catch (UnknownHostException e) {
            throw HttpListener.listenFailure(settings.host(), settings.port(), e);
        }
    }

    /** Returns the port that the server listens at. */
    public int port() {
        return listener.address().getPort();
    }

    /** Returns the URL for programs on this machine, or for clients that can reach the address. */
    public String url() {
        InetAddress address = listener.address().getAddress();
        // no client can connect to the wildcard address
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    /** Returns the number of requests in progress. */
    public int requests() {
        return admission.requests();
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

    private void abort() {
        listener.abort();
        threads.shutdownNow();
        sweeper.shutdownNow();
        fetcher.close();
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
