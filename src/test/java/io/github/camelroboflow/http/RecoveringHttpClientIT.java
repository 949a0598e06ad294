package io.github.camelroboflow.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.io.entity.EntityTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks the limits and the recovery of all clients. */
class RecoveringHttpClientIT {

    private static final String FINE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    /** The bytes that a client may read: more than systems keep in the buffers of a connection. */
    private static final long MAX_READ = 30_000_000;

    private final AtomicInteger made = new AtomicInteger();

    private RecoveringHttpClient client(Consumer<HttpClientBuilder> configurer) {
        Duration readTimeout = Duration.ofSeconds(5);
        return new RecoveringHttpClient(() -> {
            made.incrementAndGet();
            PoolingHttpClientConnectionManager connections = BoundedHttp.connections(BoundedHttp.factory(),
                    SystemDefaultDnsResolver.INSTANCE, SystemTls.context(), readTimeout, readTimeout).build();
            HttpClientBuilder builder = BoundedHttp.client(connections, readTimeout);
            configurer.accept(builder);
            return new RecoveringHttpClient.ClientAndPool(builder.build(), connections);
        });
    }

    private RecoveringHttpClient client() {
        return client(builder -> {
        });
    }

    private static int get(RecoveringHttpClient client, HostileServer server) throws IOException {
        return client.execute(new HttpGet(server.url("/")), null, ClassicHttpResponse::getCode);
    }

    private static void assertClosed(HostileServer server) {
        await().untilAsserted(() -> assertThat(server.connections()).isZero());
        assertThat(server.sent()).isLessThan(MAX_READ);
    }

    @ParameterizedTest
    @EnumSource
    void aHeadWithoutEndIsRefused(HostileServer.Endless endless) {
        try (HostileServer server = new HostileServer(endless); RecoveringHttpClient client = client()) {
            assertThatThrownBy(() -> get(client, server)).isInstanceOf(IOException.class);
            assertClosed(server);
        }
    }

    @Test
    void theRefusalOfAHeadSaysWhatIsWrongWithIt() {
        try (HostileServer server = new HostileServer(HostileServer.Endless.HEADER_LINE); RecoveringHttpClient client = client()) {
            assertThatThrownBy(() -> get(client, server)).isInstanceOf(MessageConstraintException.class)
                    .hasMessageContaining("100 lines of 8192 characters");
        }
        try (HostileServer server = new HostileServer(HostileServer.Endless.INTERIM_103); RecoveringHttpClient client = client()) {
            assertThatThrownBy(() -> get(client, server)).hasMessageContaining("HTTP 103");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsNotReadCostsOnlyTheConnection(HostileServer.EndlessBody body) throws IOException {
        try (HostileServer server = new HostileServer(body.status(200)); RecoveringHttpClient client = client()) {
            assertThat(get(client, server)).isEqualTo(200);
            assertClosed(server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsRefusedWhileItIsReadIsNotReadToItsEnd(HostileServer.EndlessBody body) {
        try (HostileServer server = new HostileServer(body.status(200)); RecoveringHttpClient client = client()) {
            assertThatThrownBy(() -> client.execute(new HttpGet(server.url("/")), null, response -> {
                response.getEntity().getContent().read();
                throw new IOException("enough");
            })).isInstanceOf(IOException.class);
            assertClosed(server);
        }
    }

    @Test
    void whatTricklesInIsEndedInTime() {
        String line = "X: a\r\n";
        for (HostileServer.Answer drip : new HostileServer.Answer[] {HostileServer.drip("HTTP/1.1 200 OK\r\n", line),
            HostileServer.drip("", "HTTP/1.1 102 Processing\r\n\r\n"), HostileServer.drip("HTTP/1.1 200 OK\r\nX: ", "a")}) {
            try (HostileServer server = new HostileServer(drip); RecoveringHttpClient client = client()) {
                HttpGet request = new HttpGet(server.url("/"));
                try (TimeLimit limit = new TimeLimit(request::abort, Duration.ofMillis(500))) {
                    assertThatThrownBy(() -> client.execute(request, null, ClassicHttpResponse::getCode))
                            .isInstanceOf(IOException.class);
                    assertThat(limit.isOver()).isTrue();
                }
                assertClosed(server);
            }
        }
    }

    /** A status is known before a slow body. */
    @Test
    void aBodyThatTricklesIsNotWaitedFor() throws IOException {
        try (HostileServer server = new HostileServer(HostileServer.drip("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "a"));
                RecoveringHttpClient client = client()) {
            assertThat(get(client, server)).isEqualTo(200);
            assertClosed(server);
        }
    }

    @Test
    void aShortRestIsReadSoThatTheConnectionServesTheNext() throws IOException {
        try (HostileServer server = new HostileServer(HostileServer.text(FINE)); RecoveringHttpClient client = client()) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(client, server)).isEqualTo(200);
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(server.requests()).isEqualTo(3);
        }
    }

    /** Regression: HttpCore resolved the Unicode form of the name, which no system resolves. */
    @Test
    void anInternationalNameIsResolvedInTheFormOfTheWire() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        DnsResolver names = new DnsResolver() {

            @Override
            public InetAddress[] resolve(String host) {
                asked.add(host);
                return new InetAddress[] {InetAddress.getLoopbackAddress()};
            }

            @Override
            public String resolveCanonicalHostname(String host) {
                return host;
            }
        };
        Duration readTimeout = Duration.ofSeconds(5);
        try (HostileServer server = new HostileServer(HostileServer.text(FINE));
                RecoveringHttpClient client = new RecoveringHttpClient(() -> {
                    PoolingHttpClientConnectionManager connections = BoundedHttp.connections(BoundedHttp.factory(), names,
                            SystemTls.context(), readTimeout, readTimeout).build();
                    return new RecoveringHttpClient.ClientAndPool(BoundedHttp.client(connections, readTimeout).build(),
                            connections);
                })) {
            HttpGet request = new HttpGet("http://xn--mnchen-3ya.example:" + server.port() + "/");

            assertThat(client.execute(request, null, ClassicHttpResponse::getCode)).isEqualTo(200);
            assertThat(asked).containsExactly("xn--mnchen-3ya.example");
        }
    }

    /** HttpClient fails with "Connection pool shut down" for ever after an Error. */
    @Test
    void afterAnErrorTheClientIsMadeAnew() throws IOException {
        AtomicBoolean failing = new AtomicBoolean(true);
        try (HostileServer server = new HostileServer(HostileServer.text(FINE));
                RecoveringHttpClient client = client(builder -> builder.addRequestInterceptorLast((request, entity, context) -> {
                    if (failing.getAndSet(false)) {
                        throw new OutOfMemoryError("as on a machine that is short of it");
                    }
                }))) {
            assertThatThrownBy(() -> get(client, server)).isInstanceOf(OutOfMemoryError.class);

            assertThat(get(client, server)).isEqualTo(200);
            assertThat(made).hasValue(2);
        }
    }

    /** Regression: an Error while a request was sent or a response was read ended the requests of all other callers. */
    @Test
    void anErrorInAnExchangeEndsOnlyThat() throws IOException {
        try (HostileServer server = new HostileServer(HostileServer.text(FINE)); RecoveringHttpClient client = client()) {
            HttpPost request = new HttpPost(server.url("/"));
            request.setEntity(new EntityTemplate(1, null, null, out -> {
                throw new OutOfMemoryError("as on a machine that is short of it");
            }));
            assertThatThrownBy(() -> client.execute(request, null, ClassicHttpResponse::getCode))
                    .isInstanceOf(OutOfMemoryError.class);

            assertThat(get(client, server)).isEqualTo(200);
            assertThat(made).hasValue(1);
        }
    }
}
