package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookSettings;
import io.github.camelroboflow.http.HostileServer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver's status decides, whatever else it sends; no other message waits, and its text is kept. */
class HostileReceiverIT {

    /** A size that is larger than the connection buffers of operating systems. */
    private static final long LITTLE = 30_000_000;

    @TempDir
    Path data;

    private static WebhookSender webhooks(Duration timeout, Consumer<HttpClientBuilder> configurer) {
        return new WebhookSender(new WebhookSettings(timeout, timeout, WebhookScheme.STANDARD, ""), Clock.systemUTC(), configurer);
    }

    private static WebhookSender webhooks() {
        return webhooks(Duration.ofSeconds(20), builder -> {
        });
    }

    private static OutboxMessage message(String url, Map<String, Object> headers, Map<String, Object> credentials) {
        return new OutboxMessage(url, "one", "", Payload.of("{}".getBytes(StandardCharsets.UTF_8)), true, headers, credentials,
                "a.jpg");
    }

    private static Throwable send(WebhookSender webhooks, String url) {
        return catchThrowable(() -> webhooks.send(message(url, Map.of("Content-Type", "application/json"), Map.of())));
    }

    private static Throwable answered(String answer) {
        return answered(answer, "/hook");
    }

    private static Throwable answered(String answer, String path) {
        try (HostileServer receiver = new HostileServer(HostileServer.text(answer)); WebhookSender webhooks = webhooks()) {
            return send(webhooks, receiver.url(path));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHeadWithoutEndIsNoAnswer(HostileServer.Endless endless) {
        try (HostileServer receiver = new HostileServer(endless); WebhookSender webhooks = webhooks()) {
            assertThat(send(webhooks, receiver.url("/"))).isInstanceOf(IOException.class);
            await().untilAsserted(() -> assertThat(receiver.connections()).isZero());
            assertThat(receiver.sent()).isLessThan(LITTLE);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyWithoutEndDoesNotMatter(HostileServer.EndlessBody body) {
        for (int status : new int[] {200, 400, 503}) {
            try (HostileServer receiver = new HostileServer(body.status(status)); WebhookSender webhooks = webhooks()) {
                Throwable failure = send(webhooks, receiver.url("/"));
                if (status == 200) {
                    assertThat(failure).isNull();
                } else {
                    assertThat(failure).isInstanceOfSatisfying(HttpOperationFailedException.class,
                            refusal -> assertThat(refusal.getStatusCode()).isEqualTo(status));
                }
                await().untilAsserted(() -> assertThat(receiver.connections()).isZero());
                assertThat(receiver.sent()).isLessThan(LITTLE);
            }
        }
    }

    @Test
    void anAnswerThatTricklesInEndsInTime() {
        for (HostileServer.Answer drip : new HostileServer.Answer[] {HostileServer.drip("HTTP/1.1 200 OK\r\n", "X: a\r\n"),
            HostileServer.drip("", "HTTP/1.1 100 Continue\r\n\r\n"), HostileServer.drip("HTTP/1.1 2", "0")}) {
            try (HostileServer receiver = new HostileServer(drip);
                    WebhookSender webhooks = webhooks(Duration.ofMillis(500), builder -> {
                    })) {
                assertThat(send(webhooks, receiver.url("/"))).isInstanceOf(IOException.class);
                await().untilAsserted(() -> assertThat(receiver.connections()).isZero());
            }
        }
    }

    @Test
    void aLateAnswerIsToldAsOne() {
        try (HostileServer receiver = new HostileServer(HostileServer.drip("HTTP/1.1 200 OK\r\n", "X: a\r\n"));
                WebhookSender webhooks = webhooks(Duration.ofMillis(500), builder -> {
                })) {
            assertThat(send(webhooks, receiver.url("/"))).isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("no whole answer within 1 s");
        }
    }

    /** Such a webhook was posted again for a day. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Encoding: br, zstd, x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nok", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999999\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok", "HTTP/1.1 200\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nno header\r\n: x\r\nContent-Type: \u0000;;=\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok", "HTTP/1.1 299 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"})
    void ofAYesOnlyTheStatusMatters(String answer) {
        assertThat(answered(answer)).isNull();
    }

    @Test
    void theWordsOfARefusalAreKept() {
        Throwable failure = answered("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 18\r\n\r\n"
                + "missing\n\ttext\u001b[31m");

        assertThat(FailureClassifier.describe(failure)).startsWith("the receiver answered with HTTP status 400: missing text")
                .doesNotContain("\u001b", "\n", "\t");
        assertThat(FailureClassifier.isRefusal(failure)).isTrue();
    }

    @Test
    void longWordsAreCut() {
        String words = "x".repeat(70_000);
        Throwable failure = answered("HTTP/1.1 422 No\r\nContent-Length: 70000\r\n\r\n" + words);

        assertThat(FailureClassifier.describe(failure)).endsWith("HTTP status 422: " + "x".repeat(500) + "…");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "Content-Length: 0\r\n\r\n",
        "Content-Length: 10\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n"})
    void aRefusalWithoutReadableWordsIsARefusal(String rest) {
        assertThat(FailureClassifier.describe(answered("HTTP/1.1 400 No\r\n" + rest)))
                .isEqualTo("the receiver answered with HTTP status 400");
    }

    /** Error pages of servers repeat the request. */
    @Test
    void wordsThatRepeatWhatIsSecretDoNotTellIt() {
        String page = "Cannot POST /services/T0KEN-1?key=T0KEN%202 for user:T0KEN-3 (T0KEN 2, Bearer T0KEN-4)";
        try (HostileServer receiver = new HostileServer(HostileServer.text(
                "HTTP/1.1 404 Not Found\r\nContent-Length: " + page.length() + "\r\n\r\n" + page));
                WebhookSender webhooks = webhooks()) {
            String url = receiver.url("/services/T0KEN-1?key=T0KEN%202").replace("//", "//user:T0KEN-3@");
            Throwable failure = catchThrowable(() -> webhooks.send(message(url, Map.of(), Map.of("X-Token", "Bearer T0KEN-4"))));

            assertThat(FailureClassifier.describe(failure)).contains("HTTP status 404: Cannot POST").doesNotContain("T0KEN");
        }
    }

    @Test
    void aRedirectIsNotFollowedAndSaysWhereItLeads() {
        Throwable failure = answered("HTTP/1.1 301 Moved\r\nLocation: https://other.example/T0KEN?a\r\nContent-Length: 0\r\n\r\n");

        assertThat(FailureClassifier.describe(failure)).startsWith("the receiver answered with HTTP status 301; it redirects to"
                + " https://other.example, ").doesNotContain("T0KEN");
    }

    @Test
    void headersThatOthersNamedAreSafe() {
        try (Receiver receiver = new Receiver(); WebhookSender webhooks = webhooks()) {
            Throwable failure = catchThrowable(() -> webhooks.send(new OutboxMessage(receiver.url("/"), "o\r\nEvil: 1", "",
                    Payload.of(new byte[0]), true, Map.of("Image", "a\r\nEvil: 2\u010aEvil: 3\u0085\u2028é漢", "E vil:", "4",
                    "Content-Length", "5000", "Host", "evil.example", "Transfer-Encoding", "chunked", "Connection", "close",
                    "CamelHttpUri", "http://evil.example", "Number", 7), Map.of(), "a.jpg")));

            assertThat(failure).isNull();
            assertThat(receiver.requests()).singleElement().satisfies(request -> {
                assertThat(request.headers()).doesNotContainKeys("Evil", "E vil:", "Transfer-encoding", "Camelhttpuri");
                assertThat(request.headers().getFirst("Host")).startsWith("127.0.0.1");
                assertThat(request.headers().getFirst("Number")).isEqualTo("7");
                assertThat(request.headers().getFirst("Image")).startsWith("a  Evil: 2");
            });
        }
    }

    /** No webhook to any receiver was sent any more: "Connection pool shut down". */
    @Test
    void afterAnErrorTheNextIsSent() {
        AtomicBoolean failing = new AtomicBoolean(true);
        try (Receiver receiver = new Receiver(); WebhookSender webhooks = webhooks(Duration.ofSeconds(20),
                builder -> builder.addRequestInterceptorLast((request, entity, context) -> {
                    if (failing.getAndSet(false)) {
                        throw new OutOfMemoryError("as on a machine that is short of it");
                    }
                }))) {
            assertThat(send(webhooks, receiver.url("/"))).isInstanceOf(OutOfMemoryError.class);
            assertThat(send(webhooks, receiver.url("/"))).isNull();
            assertThat(receiver.requests()).hasSize(1);
        }
    }

    /** One such receiver stopped the webhooks to all. */
    @ParameterizedTest
    @EnumSource(names = {"HEADER_LINE", "HEADERS", "INTERIM_100"})
    void othersAreSentToMeanwhile(HostileServer.Endless endless) {
        try (HostileServer hostile = new HostileServer(endless); Receiver receiver = new Receiver();
                OutboxProgram program = new OutboxProgram(data).start()) {
            for (int i = 0; i < 20; i++) {
                program.enqueue(hostile.url("/"), "hostile-" + i, "{}");
                program.enqueue(receiver.url("/"), "good-" + i, "{}");
            }

            await().until(() -> receiver.requests().size() == 20);
            await().until(() -> hostile.requests() > 3);
            assertThat(program.waiting()).isEqualTo(20);
        }
    }
}
