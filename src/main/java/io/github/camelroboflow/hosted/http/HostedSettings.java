package io.github.camelroboflow.hosted.http;

import io.github.camelroboflow.hosted.http.ApiKey.KeyTransport;
import io.github.camelroboflow.http.BoundedHttp;
import io.github.camelroboflow.http.RecoveringHttpClient;
import io.github.camelroboflow.http.SystemTls;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.util.Timeout;

/**
 * The server, its key, its timeouts, retries and rate limit. Equal settings may share a client.
 *
 * @param host the server
 * @param key the API key
 * @param keyTransport the way to send the key
 * @param connectTimeout the longest time to connect
 * @param readTimeout the longest time without a byte from the server
 * @param retries the retries after a transient failure
 * @param maxRequestsPerSecond the number of requests per second, evenly spaced, that all users of a client send; 0 for
 *                             no limit. Clients with other settings have a limit of their own, also for the same server
 *                             and key
 * @param network the parts of the HTTP client
 */
public record HostedSettings(RoboflowHost host, ApiKey key, KeyTransport keyTransport, Duration connectTimeout,
                             Duration readTimeout, Retries retries, double maxRequestsPerSecond, Network network) {

    /** @throws IllegalArgumentException with the name of the option that is out of its range */
    public HostedSettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(keyTransport, "keyTransport");
        Objects.requireNonNull(retries, "retries");
        Objects.requireNonNull(network, "network");
        positive("connectTimeout", connectTimeout);
        positive("readTimeout", readTimeout);
        if (!(maxRequestsPerSecond >= 0 && maxRequestsPerSecond <= 100_000)) {
            throw new IllegalArgumentException("maxRequestsPerSecond=" + maxRequestsPerSecond
                    + " is out of range: set a number of requests per second up to 100000, or 0 for no limit");
        }
    }

    private static void positive(String option, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(option + "=" + value.toMillis()
                    + " is out of range: set 1 millisecond or more");
        }
    }

    /** Returns whether the key is sent as a header instead of a query parameter. */
    boolean keyInHeader() {
        return keyTransport == KeyTransport.HEADER || keyTransport == KeyTransport.AUTO && !host.isV1();
    }

    /** Returns the same settings for another server. */
    public HostedSettings withHost(RoboflowHost other, KeyTransport transport) {
        return new HostedSettings(other, key, transport, connectTimeout, readTimeout, retries, maxRequestsPerSecond, network);
    }

    /**
     * The retries after the first attempt. Before each one, the client waits a random time between 0 and {@code delay},
     * which doubles with each retry up to {@code maxDelay} (full jitter), plus the time that the server asked for.
     *
     * @param max the number of retries; 0 for none
     * @param delay the longest wait before the first retry
     * @param maxDelay the longest wait before any retry
     */
    public record Retries(int max, Duration delay, Duration maxDelay) {

        /** @throws IllegalArgumentException with the name of the option that is out of its range */
        public Retries {
            if (max < 0) {
                throw new IllegalArgumentException("maxRetries=" + max
                        + " is out of range: set a number of retries, or 0 for none");
            }
            positive("retryDelay", delay);
            positive("maxRetryDelay", maxDelay);
        }
    }

    /**
     * The parts of the HTTP client that differ from the default.
     *
     * @param sslContext the keys and the trusted certificates
     * @param configurer the last step before the client is built
     * @param client the user's own client, which is used unchanged and never closed
     */
    public record Network(Optional<SSLContext> sslContext, Optional<Configurer> configurer, Optional<HttpClient> client) {

        public static final Network DEFAULT = new Network(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The cache of results for the same image with the same model and options.
     *
     * @param ttl the time that a result is kept; 0 for no cache
     * @param size the maximum size of all results as JSON, in bytes
     */
    public record Cache(Duration ttl, long size) {

        public static final Cache NONE = new Cache(Duration.ZERO, 50_000_000);

        /** @throws IllegalArgumentException with the name of the option that is out of its range */
        public Cache {
            if (ttl.isNegative()) {
                throw new IllegalArgumentException("cacheTtl=" + ttl.toMillis()
                        + " is out of range: set a number of milliseconds, or 0 for no cache");
            }
            if (size < 1) {
                throw new IllegalArgumentException("cacheSize=" + size + " is out of range: set 1 byte or more");
            }
        }
    }

    /** Changes the HTTP client before it is built. */
    @FunctionalInterface
    public interface Configurer {
        void configure(HttpClientBuilder builder);
    }

    /** Builds the HTTP client for given settings. */
    static final class HttpClientFactory {

        private HttpClientFactory() {
        }

        /** @param maxConnections the maximum number of connections */
        static RecoveringHttpClient.ClientAndPool make(HostedSettings settings, int maxConnections) {
            HttpClient own = settings.network().client().orElse(null);
            if (own != null) {
                return new RecoveringHttpClient.ClientAndPool(own, null);
            }
            PoolingHttpClientConnectionManager connections = BoundedHttp.connections(
                    // reads an early error response while the image is still being sent
                    BoundedHttp.factory().responseOutOfOrderStrategy(MonitoringResponseOutOfOrderStrategy.INSTANCE),
                    SystemDefaultDnsResolver.INSTANCE, settings.network().sslContext().orElseGet(SystemTls::context),
                    settings.connectTimeout(), settings.readTimeout()).setMaxConnTotal(maxConnections)
                    .setMaxConnPerRoute(maxConnections).build();
            HttpClientBuilder builder = BoundedHttp.withSystemProxies(BoundedHttp.client(connections, settings.readTimeout()));
            settings.network().configurer().ifPresent(configurer -> configurer.configure(builder));
            return new RecoveringHttpClient.ClientAndPool(builder.build(), connections);
        }

        /**
         * Returns the configuration for requests by the user's own client: unchanged except for redirects and the
         * timeout.
         */
        static RequestConfig requestConfig(HttpClient own, HostedSettings settings) {
            RequestConfig configured = own instanceof Configurable configurable ? configurable.getConfig() : null;
            return (configured == null ? RequestConfig.custom() : RequestConfig.copy(configured)).setRedirectsEnabled(false)
                    .setResponseTimeout(Timeout.of(settings.readTimeout())).build();
        }
    }
}
