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
 * Which server is asked, and how patiently. Equal settings may share a client.
 *
 * @param host                 the server
 * @param key                  the API key
 * @param keyTransport         how it is sent
 * @param connectTimeout       the longest time to connect
 * @param readTimeout          the longest time without a byte from the server
 * @param retries              what happens after a failure that may pass
 * @param maxRequestsPerSecond how many requests are begun in a second, evenly spaced, by all who share a client; 0: as many as
 *                             come. Others, of other settings, have a rate of their own, also with the same server and key
 * @param network              what the HTTP client is made of
 */
public record HostedSettings(RoboflowHost host, ApiKey key, KeyTransport keyTransport, Duration connectTimeout,
                             Duration readTimeout, Retries retries, double maxRequestsPerSecond, Network network) {

    /** @throws IllegalArgumentException naming the option that is out of its range */
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
                    + " is out of range: it is a number of requests up to 100000, or 0 for no limit");
        }
    }

    private static void positive(String option, Duration value) {
        if (value.toMillis() < 1) {
            throw new IllegalArgumentException(option + "=" + value.toMillis()
                    + " is out of range: it is a number of milliseconds, 1 or more");
        }
    }

    /** Whether the key goes into a header rather than into the query. */
    boolean keyInHeader() {
        return keyTransport == KeyTransport.HEADER || keyTransport == KeyTransport.AUTO && !host.isV1();
    }

    /** The same patience and key with another server. */
    public HostedSettings withHost(RoboflowHost other, KeyTransport transport) {
        return new HostedSettings(other, key, transport, connectTimeout, readTimeout, retries, maxRequestsPerSecond, network);
    }

    /**
     * Tries after the first one. Before each, a random time is waited between 0 and {@code delay}, doubled with each further one up
     * to {@code maxDelay} (full jitter), or as long as the server asked for.
     *
     * @param max      how many; 0: none
     * @param delay    the longest wait before the first of them
     * @param maxDelay the longest wait before any of them
     */
    public record Retries(int max, Duration delay, Duration maxDelay) {

        /** @throws IllegalArgumentException naming the option that is out of its range */
        public Retries {
            if (max < 0) {
                throw new IllegalArgumentException("maxRetries=" + max
                        + " is out of range: it is a number of tries, or 0 for none");
            }
            positive("retryDelay", delay);
            positive("maxRetryDelay", maxDelay);
        }
    }

    /**
     * What the HTTP client is made of, where that is not the default.
     *
     * @param sslContext keys and trusted certificates
     * @param configurer is given the client's builder last
     * @param client     a client of the user's own, which is used as it is and never closed
     */
    public record Network(Optional<SSLContext> sslContext, Optional<Configurer> configurer, Optional<HttpClient> client) {

        public static final Network DEFAULT = new Network(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * How long and how many answers are kept, for the same image with the same model and options.
     *
     * @param ttl  how long each is; 0: none is
     * @param size how many bytes of answers, as JSON
     */
    public record Cache(Duration ttl, long size) {

        public static final Cache NONE = new Cache(Duration.ZERO, 50_000_000);

        /** @throws IllegalArgumentException naming the option that is out of its range */
        public Cache {
            if (ttl.isNegative()) {
                throw new IllegalArgumentException("cacheTtl=" + ttl.toMillis()
                        + " is out of range: it is a number of milliseconds, or 0 for no cache");
            }
            if (size < 1) {
                throw new IllegalArgumentException("cacheSize=" + size + " is out of range: it is a number of bytes, 1 or more");
            }
        }
    }

    /** Changes the HTTP client before it is built. */
    @FunctionalInterface
    public interface Configurer {
        void configure(HttpClientBuilder builder);
    }

    /** Builds the HTTP client that settings describe. */
    static final class HttpClientFactory {

        private HttpClientFactory() {
        }

        /** @param places how many connections it may have */
        static RecoveringHttpClient.Made make(HostedSettings settings, int places) {
            HttpClient own = settings.network().client().orElse(null);
            if (own != null) {
                return new RecoveringHttpClient.Made(own, null);
            }
            PoolingHttpClientConnectionManager connections = BoundedHttp.connections(
                    // so that a refusal is heard while the image is still being sent
                    BoundedHttp.factory().responseOutOfOrderStrategy(MonitoringResponseOutOfOrderStrategy.INSTANCE),
                    SystemDefaultDnsResolver.INSTANCE, settings.network().sslContext().orElseGet(SystemTls::context),
                    settings.connectTimeout(), settings.readTimeout()).setMaxConnTotal(places).setMaxConnPerRoute(places).build();
            HttpClientBuilder builder = BoundedHttp.withSystemProxies(BoundedHttp.client(connections, settings.readTimeout()));
            settings.network().configurer().ifPresent(configurer -> configurer.configure(builder));
            return new RecoveringHttpClient.Made(builder.build(), connections);
        }

        /** For requests by a client of the user's own: as it has it, but for redirects and the time. */
        static RequestConfig requestConfig(HttpClient own, HostedSettings settings) {
            RequestConfig theirs = own instanceof Configurable configurable ? configurable.getConfig() : null;
            return (theirs == null ? RequestConfig.custom() : RequestConfig.copy(theirs)).setRedirectsEnabled(false)
                    .setResponseTimeout(Timeout.of(settings.readTimeout())).build();
        }
    }
}
