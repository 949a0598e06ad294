package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.server.AccessControl.ProtocolRules;
import io.github.camelroboflow.server.RequestDispatcher.ServerMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that Roboflow's own clients can use. It listens from its start until it is closed; then it finishes the requests in
 * progress.
 */
public final class RoboflowServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RoboflowServer.class);

    private final ServerSettings settings;
    private final ImageFetcher fetcher;
    private final HttpService http;

    private RoboflowServer(ServerSettings settings, ImageFetcher fetcher) {
        this.settings = settings;
        this.fetcher = fetcher;
        // a quarter of the heap, the rest is for engine and application; but always enough for the largest request. A thread for
        // each request, so that none waits while the model of another is loaded
        http = new HttpService(settings, Math.max(8L * settings.maxRequestSize(), Runtime.getRuntime().maxMemory() / 4),
                settings.maxRequests(), "roboflow-server");
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
        RoboflowServer server = new RoboflowServer(settings, fetcher);
        try {
            server.listen(models);
            return server;
        } catch (IOException | RuntimeException e) {
            server.http.abort();
            fetcher.close();
            throw e;
        }
    }

    private void listen(ModelService models) throws IOException {
        AccessControl access = new AccessControl(settings.keys(), settings.maxRequestsPerSecond());
        ServerMetrics metrics = new ServerMetrics();
        ManagementHandlers management = new ManagementHandlers(models, request -> access.isValid(request.key()),
                () -> metrics.text(http.requests(), http.connections(), models.opened().size()));
        InferenceHandlers inference = new InferenceHandlers(models, new InferenceRunner(models, http.threads()), fetcher);
        Set<String> singleNames = models.offered().stream().map(ModelId::value).filter(name -> !name.contains("/"))
                .collect(Collectors.toSet());
        RequestRouter router = new RequestRouter(management, singleNames, inference.infer(),
                inference.legacyInfer(RequestRouter.Key.IN_HEAD), inference.legacyInfer(RequestRouter.Key.PERHAPS_IN_BODY));
        http.listen(wantedAddress(), new ProtocolRules(access, router), metrics);
        if (settings.keys().isEmpty()) {
            LOG.warn("No keys are set, so only programs on this machine can use the server at {}", url());
        }
    }

    private InetAddress wantedAddress() throws IOException {
        try {
            InetAddress wanted = InetAddress.getByName(settings.host());
            return settings.keys().isEmpty() && !wanted.isLoopbackAddress() ? InetAddress.getLoopbackAddress() : wanted;
        } catch (UnknownHostException e) {
            throw HttpListener.listenFailure(settings.host(), settings.port(), e);
        }
    }

    /** Returns the port that the server listens at. */
    public int port() {
        return http.port();
    }

    /** Returns the URL for programs on this machine, or for clients that can reach the address. */
    public String url() {
        InetAddress address = http.address();
        // no client can connect to the wildcard address
        String host = address.isAnyLocalAddress() ? "localhost" : address.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
    }

    /** Returns the number of requests in progress. */
    public int requests() {
        return http.requests();
    }

    /** Accepts no more requests, answers those in progress within the stop timeout, and disconnects all clients. */
    @Override
    public void close() {
        http.close();
        fetcher.close();
    }
}
