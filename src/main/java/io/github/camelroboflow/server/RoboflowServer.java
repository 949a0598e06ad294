package io.github.camelroboflow.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
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
 * A server that Roboflow's own clients can use. It listens from its start until it is closed; then it finishes what it has
 * accepted. Built on Apache HttpCore, which hands over bodies as the bytes that come, whatever their content type says.
 */
public final class RoboflowServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RoboflowServer.class);
    private static final int LONGEST_LINE = 8192;
    private static final int MOST_HEADERS = 100;

    private final ServerSettings settings;
    private final Admission admission;
    private final Connections connections;
    private final RemoteImages remoteImages;
    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService sweeper;
    private final Listener listener;

    private RoboflowServer(ServerSettings settings, ModelService models, RemoteImages remoteImages) {
        this.settings = settings;
        this.remoteImages = remoteImages;
        // a quarter of the heap: engine and application want theirs; but always enough for the largest request, whoever sends it
        admission = new Admission(settings.maxRequests(),
                Math.max(8L * settings.maxRequestSize(), Runtime.getRuntime().maxMemory() / 4));
        connections = new Connections(settings.maxConnections(), settings.receiveTimeout(), settings.idleTimeout());
        // one for each request that may be accepted, so that none waits for another's model to load
        threads = new ThreadPoolExecutor(settings.maxRequests(), settings.maxRequests(), 30, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), daemons("roboflow-server"));
        threads.allowCoreThreadTimeOut(true);
        sweeper = Executors.newSingleThreadScheduledExecutor(daemons("roboflow-server-timeouts"));
        Inferring inferring = new Inferring(models, threads);
        Access access = new Access(settings.keys(), settings.maxRequestsPerSecond());
        Metrics metrics = new Metrics();
        ModelRoutes modelRoutes = new ModelRoutes(models);
        Information information = new Information(call -> access.knows(call.key()), modelRoutes::registry,
                () -> metrics.text(admission.requests(), connections.size(), models.opened().size()));
        Routes routes = new Routes(information, modelRoutes, new StartRoute(models), new InferRoute(inferring, remoteImages),
                new LegacyRoute(inferring, remoteImages));
        Dispatcher dispatcher = new Dispatcher(admission, access, threads, routes, metrics);
        listener = new Listener(() -> http(dispatcher));
    }

    private HttpAsyncServer http(Dispatcher dispatcher) {
        return AsyncServerBootstrap.bootstrap()
                // how long each may be silent is for its connection to say: who waits for an answer has nothing to say
                .setIOReactorConfig(IOReactorConfig.custom().setSoTimeout(Timeout.DISABLED).setSoReuseAddress(true)
                        .setTcpNoDelay(true)
                        // beyond Java's 50, clients that come at once would try again only after a second
                        .setBacklogSize(settings.maxConnections()).build())
                .setHttp1Config(Http1Config.custom().setMaxLineLength(LONGEST_LINE).setMaxHeaderCount(MOST_HEADERS)
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
     * A server that listens.
     *
     * @throws IOException if it can't listen there, with a message that says why
     */
    public static RoboflowServer start(ServerSettings settings, ModelService models) throws IOException {
        return start(settings, models, new RemoteImages(settings.imageUrls(), settings.maxRequestSize()));
    }

    static RoboflowServer start(ServerSettings settings, ModelService models, RemoteImages remoteImages) throws IOException {
        RoboflowServer server = new RoboflowServer(settings, models, remoteImages);
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
            // it would never be called again
            LOG.warn("The connections could not be looked after", e);
        }
    }

    private InetAddress address() throws IOException {
        try {
            InetAddress wanted = InetAddress.getByName(settings.host());
            return settings.keys().isEmpty() && !wanted.isLoopbackAddress() ? InetAddress.getLoopbackAddress() : wanted;
        } catch (UnknownHostException e) {
            throw Listening.failure(settings.host(), settings.port(), e);
        }
    }

    /** The port that it listens at. */
    public int port() {
        return listener.address().getPort();
    }

    /** Its address for programs on this machine, or for those that reach the host's address. */
    public String url() {
        InetAddress address = listener.address().getAddress();
        // nobody can connect to the address that stands for all
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    /** How many requests it is working on. */
    public int requests() {
        return admission.requests();
    }

    /** Takes no more requests, answers those that it has, for at most the stop's timeout, and disconnects its clients. */
    @Override
    public void close() {
        listener.stop();
        try {
            if (admission.drain(settings.stopTimeout().toMillis())) {
                listener.shutDown(TimeValue.ofSeconds(5));
            } else {
                LOG.warn("{} requests were not finished, or an answer not taken, within {} ms", admission.requests(),
                        settings.stopTimeout().toMillis());
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
        remoteImages.close();
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
