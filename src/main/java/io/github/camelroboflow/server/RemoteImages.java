package io.github.camelroboflow.server;

import io.github.camelroboflow.http.BoundedHttp;
import io.github.camelroboflow.http.RecoveringHttpClient;
import io.github.camelroboflow.http.SystemTls;
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
 * Fetches images for clients, without lending them this machine's place in the network: over https only, by names, from addresses
 * that are public when the connection is made (the addresses that were looked at are the ones that are connected to), each redirect
 * looked at anew, within limits of size and time.
 */
final class RemoteImages implements AutoCloseable {

    private static final String UNREADABLE = "Data pointed by URL could not be decoded into image.";

    private static final int MOST_REDIRECTS = 5;
    private static final int LONGEST_MILLISECONDS = 15_000;
    private static final int LONGEST_OF_ALL_MILLISECONDS = 60_000;
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final boolean enabled;
    private final int maxBytes;
    private final RecoveringHttpClient client;

    RemoteImages(boolean enabled, int maxBytes) {
        this(enabled, maxBytes, SystemDefaultDnsResolver.INSTANCE, builder -> {
        });
    }

    RemoteImages(boolean enabled, int maxBytes, DnsResolver names, Consumer<HttpClientBuilder> configurer) {
        this.enabled = enabled;
        this.maxBytes = maxBytes;
        client = new RecoveringHttpClient(() -> {
            PoolingHttpClientConnectionManager connections = connections(PublicAddresses.only(names));
            HttpClientBuilder builder = BoundedHttp.client(connections, CONNECT);
            configurer.accept(builder);
            return new RecoveringHttpClient.Made(builder.build(), connections);
        });
    }

    static PoolingHttpClientConnectionManager connections(DnsResolver names) {
        return BoundedHttp.connections(BoundedHttp.factory(), names, SystemTls.context(), CONNECT, CONNECT)
                .setMaxConnTotal(32).setMaxConnPerRoute(8).build();
    }

    @Override
    public void close() {
        client.close();
    }

    /** @param room told of the bytes of the images before they are kept; may refuse them */
    Fetching forRequest(LongConsumer room) {
        return new Fetching(room);
    }

    /** Fetches the images of one request, which together may be as large as a body. */
    final class Fetching {

        private final LongConsumer room;
        private final long endOfAll = System.nanoTime() + LONGEST_OF_ALL_MILLISECONDS * 1_000_000L;
        private int left = maxBytes;

        private Fetching(LongConsumer room) {
            this.room = room;
        }

        /** @throws Refusal if it can't be had, in the words of Roboflow's server */
        byte[] fetch(String url) {
            if (!enabled) {
                throw Refusal.image("Providing images via URL is not supported in this configuration of `inference`.");
            }
            long now = System.nanoTime();
            long end = now + Math.min(endOfAll - now, LONGEST_MILLISECONDS * 1_000_000L);
            URI next = ImageUrl.checked(url);
            for (int i = 0; i <= MOST_REDIRECTS; i++) {
                Fetched fetched = get(next, (end - System.nanoTime()) / 1_000_000, this);
                if (fetched.image() != null) {
                    return fetched.image();
                }
                next = ImageUrl.checked(next.resolve(ImageUrl.parsed(fetched.location())).toString());
            }
            throw Refusal.image(UNREADABLE);
        }

        private void check(long bytes) {
            if (bytes > left) {
                throw Refusal.tooLarge(maxBytes);
            }
        }

        private void take(int bytes) {
            check(bytes);
            left -= bytes;
            // while it grows, it is there twice
            room.accept(2L * bytes);
        }
    }

    /** An image, or where else to look. */
    private record Fetched(byte[] image, String location) {
    }

    private Fetched get(URI url, long milliseconds, Fetching fetching) {
        // whether anybody waits for it
        fetching.take(0);
        if (milliseconds <= 0) {
            throw Refusal.image(UNREADABLE);
        }
        HttpGet request = new HttpGet(url);
        try (TimeLimit limit = new TimeLimit(request, Duration.ofMillis(milliseconds))) {
            return client.execute(request, null, response -> fetched(response, fetching));
        } catch (IOException | RuntimeException e) {
            throw e instanceof Refusal refusal ? refusal : Refusal.image(UNREADABLE);
        }
    }

    private static Fetched fetched(ClassicHttpResponse response, Fetching fetching) throws IOException {
        Header location = response.getFirstHeader(HttpHeaders.LOCATION);
        if (response.getCode() / 100 == 3 && location != null) {
            return new Fetched(null, location.getValue());
        }
        if (response.getCode() != 200 || response.getEntity() == null) {
            throw Refusal.image(UNREADABLE);
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
