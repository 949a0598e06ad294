package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.camelroboflow.Own;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The images that are fetched for clients, and the images that never are. */
class ImageFetcherTest {

    private static final String PREFIX = "Could not load input image. Cause: ";
    private static final String NOT_HTTPS =
            "Providing images via non https:// URL is not supported in this configuration of `inference`.";
    private static final String NO_NAME = "Providing images via URL without FQDN is not supported"
            + " in this configuration of `inference`.";
    private static final String UNREADABLE = "Data pointed by URL could not be decoded into image.";

    private final List<String> requested = new ArrayList<>();

    /** Returns a resolver that has only these names and addresses. */
    private static DnsResolver names(Map<String, String> addresses) {
        return new DnsResolver() {

            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
                if (!addresses.containsKey(host)) {
                    throw new UnknownHostException(host);
                }
                List<InetAddress> found = new ArrayList<>();
                for (String address : addresses.get(host).split(" ")) {
                    found.add(InetAddress.getByName(address));
                }
                return found.toArray(InetAddress[]::new);
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
    }

    /** Makes a fetcher in a web of these pages. {@code ->} at the beginning of a page makes it a redirect. */
    private ImageFetcher web(Map<String, String> pages) {
        return new ImageFetcher(true, 10, names(Map.of()), builder -> builder.addExecInterceptorFirst("web",
                (request, scope, chain) -> {
                    try {
                        requested.add(request.getUri().toString());
                    } catch (java.net.URISyntaxException e) {
                        throw new IOException(e);
                    }
                    return page(pages.get(requested.get(requested.size() - 1)));
                }));
    }

    private static ClassicHttpResponse page(String content) {
        if (content == null) {
            return new BasicClassicHttpResponse(404);
        }
        ClassicHttpResponse response = new BasicClassicHttpResponse(content.startsWith("->") ? 302 : 200);
        if (content.startsWith("->")) {
            response.setHeader("Location", content.substring(2));
        } else {
            response.setEntity(new ByteArrayEntity(content.getBytes(), ContentType.IMAGE_JPEG));
        }
        return response;
    }

    private static byte[] fetch(ImageFetcher images, String url) {
        return images.forRequest(bytes -> {
        }).fetch(url);
    }

    private static String refusal(ImageFetcher images, String url) {
        ResponseException refusal = catchThrowableOfType(ResponseException.class, () -> fetch(images, url));
        try {
            return ServerResponse.JSON.readTree(refusal.response().body()).path("message").asText().replace(PREFIX, "");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anImageIsFetchedAlsoThroughRedirects() {
        ImageFetcher images = web(Map.of("https://example.com/a.jpg", "jpeg", "https://example.com/b.jpg", "->/a.jpg",
                "https://www.example.org/c.jpg", "->https://example.com/b.jpg"));

        assertThat(fetch(images, "https://example.com/a.jpg")).asString().isEqualTo("jpeg");
        assertThat(fetch(images, "https://www.example.org/c.jpg")).asString().isEqualTo("jpeg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.com/a.jpg", "https://169.254.169.254/latest", "https://metadata.google.internal/",
                            "file:///etc/passwd", "https://localhost/a.jpg"})
    void aRedirectToAForbiddenAddressIsNotFollowed(String target) {
        ImageFetcher images = web(Map.of("https://example.com/a.jpg", "->" + target));

        assertThat(refusal(images, "https://example.com/a.jpg")).isIn(NOT_HTTPS, NO_NAME, "Provided image URL is invalid");
        assertThat(requested).containsExactly("https://example.com/a.jpg");
    }

    @Test
    void redirectsThatDoNotEndAreNotFollowedForEver() {
        ImageFetcher images = web(Map.of("https://example.com/a.jpg", "->/a.jpg"));

        assertThat(refusal(images, "https://example.com/a.jpg")).isEqualTo(UNREADABLE);
        assertThat(requested).hasSize(6);
    }

    @Test
    void aTooLargeOrMissingImageIsRefused() {
        ImageFetcher images = web(Map.of("https://example.com/a.jpg", "more than ten bytes"));

        assertThat(refusal(images, "https://example.com/a.jpg")).contains("larger than the 10 bytes");
        assertThat(refusal(images, "https://example.com/b.jpg")).isEqualTo(UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 404})
    void theRestOfAnUnwantedResponseIsNotRead(int status) {
        AtomicLong read = new AtomicLong();
        InputStream endless = new InputStream() {

            @Override
            public int read() {
                read.incrementAndGet();
                return 'a';
            }
        };
        ImageFetcher images = new ImageFetcher(true, 10, names(Map.of()), builder -> builder.addExecInterceptorFirst("web",
                (request, scope, chain) -> {
                    ClassicHttpResponse response = new BasicClassicHttpResponse(status);
                    response.setHeader("Location", "/");
                    // like the stream of a connection, which is read to its end when it is closed
                    response.setEntity(new InputStreamEntity(new ContentLengthInputStream(new SessionInputBufferImpl(1000), endless,
                            50_000_000), ContentType.IMAGE_JPEG));
                    return response;
                }));

        refusal(images, "https://example.com/a.jpg");

        assertThat(read.get()).isLessThan(1_000_000);
    }

    @Test
    void theImagesOfOneRequestAreTogetherNoLargerThanABody() {
        ImageFetcher.Fetching request = web(Map.of("https://example.com/a.jpg", "6 byte")).forRequest(bytes -> {
        });
        request.fetch("https://example.com/a.jpg");

        assertThatThrownBy(() -> request.fetch("https://example.com/a.jpg")).hasMessage("HTTP 413");
    }

    @Test
    void imagesWithoutMemoryForThemAreNotKept() {
        AtomicLong kept = new AtomicLong();
        ImageFetcher.Fetching request = web(Map.of("https://example.com/a.jpg", "6 byte")).forRequest(bytes -> {
            if (kept.addAndGet(bytes) > 8) {
                throw ResponseException.busy();
            }
        });

        assertThatThrownBy(() -> request.fetch("https://example.com/a.jpg")).hasMessage("HTTP 503");
    }

    @Test
    void anAnswerWhoseHeadDoesNotEndIsNotKept() throws Exception {
        byte[] part = "a".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        AtomicLong sent = new AtomicLong();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                CloseableHttpClient client = HttpClientBuilder.create().disableAutomaticRetries()
                        .setConnectionManager(ImageFetcher.connections(names(Map.of("a.example.com", "127.0.0.1")))).build()) {
            CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                    // more than the operating system buffers for a connection
                    while (sent.addAndGet(part.length) < 100_000_000) {
                        socket.getOutputStream().write(part);
                    }
                } catch (IOException e) {
                    // the client has closed the connection
                }
            }, Own.THREAD);

            assertThatThrownBy(() -> client.execute(new HttpGet("http://a.example.com:" + server.getLocalPort() + "/"),
                    response -> response.getCode())).isInstanceOf(IOException.class);
            answering.join();
            assertThat(sent.get()).isLessThan(100_000_000);
        }
    }

    @Test
    void connectionsEndWithTheServer() throws IOException {
        PoolingHttpClientConnectionManager connections = ImageFetcher.connections(names(Map.of()));
        ImageFetcher images = new ImageFetcher(true, 10, names(Map.of()), builder -> builder.setConnectionManager(connections));
        RoboflowServer.start(ServerSettings.of("localhost", 0, ServerSettings.Keys.NONE), new FakeModels(), images).close();

        assertThat(connections.isClosed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"http://example.com/a.jpg", "data:image/jpeg;base64,/9j/4A==", "file:///etc/passwd",
                                         "ftp://example.com/a", "gopher://example.com/a", "jar:https://example.com/a!/b"})
    void onlyHttpsIsSpoken(String url) {
        assertThat(refusal(web(Map.of()), url)).isEqualTo(NOT_HTTPS);
        assertThat(requested).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1/a", "https://2130706433/a", "https://0x7f000001/a", "https://0177.0.0.1/a",
                            "https://127.1/a", "https://[::1]/a", "https://[::ffff:169.254.169.254]/a", "https://localhost/a",
                            "https://localhost./a", "https://intranet/a", "https://printer.local/a",
                            "https://no-such-host.invalid/x.jpg", "https://metadata.google.internal/a", "https://8.8.8.8/a"})
    void onlyNamesOfTheInternetAreRequested(String url) {
        assertThat(refusal(web(Map.of()), url)).isIn(NO_NAME, "Provided image URL is invalid");
        assertThat(requested).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a url", "/a.jpg", "https:///a.jpg", "https://user:word@example.com/a.jpg",
                            "https://example.com\\@127.0.0.1/a", "https://exa mple.com/"})
    void aWrongUrlIsRefused(String url) {
        assertThat(refusal(web(Map.of()), url)).isEqualTo("Provided image URL is invalid");
        assertThat(requested).isEmpty();
    }

    @Test
    void aUrlIsReadUpToTheLongestLengthOnly() {
        assertThat(refusal(web(Map.of()), "https://" + "a.".repeat(300_000) + "com/")).isEqualTo("Provided image URL is invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
                            "224.0.0.1", "255.255.255.255", "198.18.0.1", "168.63.129.16", "::1", "::", "fe80::1", "fc00::1",
                            "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:db8::1",
                            "2001:0:a9fe:a9fe::1", "1.1.1.1 127.0.0.1"})
    void aNameWithAPrivateAddressIsNotConnectedTo(String addresses) {
        ImageFetcher images = new ImageFetcher(true, 10, names(Map.of("rebind.example.com", addresses)), builder -> {
        });

        assertThat(refusal(images, "https://rebind.example.com/a.jpg")).isEqualTo(UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "2a00:1450:4001:82a::200e"})
    void addressesOfTheInternetArePublic(String address) throws UnknownHostException {
        assertThat(SsrfGuard.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "169.254.169.254", "fd00:ec2::254", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe",
                            "2002:a9fe:a9fe::1", "100.100.100.200"})
    void addressesWithinAreNot(String address) throws UnknownHostException {
        assertThat(SsrfGuard.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @Test
    void imageUrlsCanBeSwitchedOff() {
        assertThat(refusal(new ImageFetcher(false, 10), "https://example.com/a.jpg")).contains("via URL is not supported");
    }
}
