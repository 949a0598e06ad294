package io.github.camelroboflow.server;

import io.github.camelroboflow.http.BoundedHttp;
import io.github.camelroboflow.http.SystemTls;
import io.github.camelroboflow.http.RecoveringHttpClient;
import io.github.camelroboflow.http.TimeLimit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * Fetches images by URL for clients, as far as {@link SsrfGuard} allows, within limits of size and time. The guard checks the very
 * addresses that are connected to, and each redirect again.
 */
final class ImageFetcher implements AutoCloseable {

    private static final String UNREADABLE = "Data pointed by URL could not be decoded into image.";

    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_MILLISECONDS = 15_000;
    private static final int MAX_MILLISECONDS_OF_REQUEST = 60_000;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final boolean enabled;
    private final int maxBytes;
    private final RecoveringHttpClient client;

    ImageFetcher(boolean enabled, int maxBytes) {
        this(enabled, maxBytes, SystemDefaultDnsResolver.INSTANCE, builder -> {
        });
    }

    ImageFetcher(boolean enabled, int maxBytes, DnsResolver names, Consumer<HttpClientBuilder> configurer) {
        this.enabled = enabled;
        this.maxBytes = maxBytes;
        client = new RecoveringHttpClient(() -> {
            PoolingHttpClientConnectionManager connections = connections(SsrfGuard.publicOnly(names));
            HttpClientBuilder builder = BoundedHttp.client(connections, CONNECT_TIMEOUT);
            configurer.accept(builder);
            return new RecoveringHttpClient.ClientAndPool(builder.build(), connections);
        });
    }

    static PoolingHttpClientConnectionManager connections(DnsResolver names) {
        return BoundedHttp.connections(BoundedHttp.factory(), names, SystemTls.context(), CONNECT_TIMEOUT, CONNECT_TIMEOUT)
                .setMaxConnTotal(32).setMaxConnPerRoute(8).build();
    }

    @Override
    public void close() {
        client.close();
    }

    /**
     * Starts to fetch the images of a request.
     *
     * @param memory reserves memory for the images before they are kept; may refuse it
     */
    Fetching forRequest(LongConsumer memory) {
        return new Fetching(memory);
    }

    /** Fetches the images of one request, which together may be as large as a body may be. */
    final class Fetching {

        private final LongConsumer memory;
        private final long endOfRequest = System.nanoTime() + MAX_MILLISECONDS_OF_REQUEST * 1_000_000L;
        private int left = maxBytes;

        private Fetching(LongConsumer memory) {
            this.memory = memory;
        }

        /**
         * Fetches an image.
         *
         * @throws ResponseException if it can't be fetched, in the words of Roboflow's server
         */
        byte[] fetch(String url) {
            if (!enabled) {
                throw ResponseException.image("Providing images via URL is not supported in this configuration of `inference`.");
            }
            long now = System.nanoTime();
            long end = now + Math.min(endOfRequest - now, MAX_MILLISECONDS * 1_000_000L);
            URI next = SsrfGuard.check(url);
            for (int i = 0; i <= MAX_REDIRECTS; i++) {
                Fetched fetched = get(next, (end - System.nanoTime()) / 1_000_000, this);
                if (fetched.image() != null) {
                    return fetched.image();
                }
                next = SsrfGuard.check(next.resolve(SsrfGuard.parse(fetched.location())).toString());
            }
            throw ResponseException.image(UNREADABLE);
        }

        private void check(long bytes) {
            if (bytes > left) {
                throw ResponseException.tooLarge(maxBytes);
            }
        }

        private void take(int bytes) {
            check(bytes);
            left -= bytes;
            // a growing buffer is copied
            memory.accept(2L * bytes);
        }
    }

    /** An image, or the location that a redirect names. */
    private record Fetched(byte[] image, String location) {
    }

    private Fetched get(URI url, long milliseconds, Fetching fetching) {
        // fails if the client has disconnected
        fetching.take(0);
        if (milliseconds <= 0) {
            throw ResponseException.image(UNREADABLE);
        }
        HttpGet request = new HttpGet(url);
        try (TimeLimit limit = new TimeLimit(request::abort, Duration.ofMillis(milliseconds))) {
            return client.execute(request, null, response -> fetched(response, fetching));
        } catch (IOException | RuntimeException e) {
            throw e instanceof ResponseException response ? response : ResponseException.image(UNREADABLE);
        }
    }

    private static Fetched fetched(ClassicHttpResponse response, Fetching fetching) throws IOException {
        Header location = response.getFirstHeader(HttpHeaders.LOCATION);
        if (response.getCode() / 100 == 3 && location != null) {
            return new Fetched(null, location.getValue());
        }
        if (response.getCode() != 200 || response.getEntity() == null) {
            throw ResponseException.image(UNREADABLE);
        }
        fetching.check(response.getEntity().getContentLength());
        InputStream content = response.getEntity().getContent();
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        byte[] part = new byte[16384];
        for (int read = content.read(part); read >= 0; read = content.read(part)) {
            fetching.take(read);
            image.write(part, 0, read);
        }
        return new Fetched(image.toByteArray(), null);
    }
}
