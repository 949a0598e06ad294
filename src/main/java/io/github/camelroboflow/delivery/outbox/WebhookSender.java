package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.outbox.Payload.PayloadException;
import io.github.camelroboflow.delivery.outbox.WebhookAddress.ResponseExcerpt;
import io.github.camelroboflow.http.BoundedHttp;
import io.github.camelroboflow.http.RecoveringHttpClient;
import io.github.camelroboflow.http.SystemTls;
import io.github.camelroboflow.http.TimeLimit;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;

/**
 * How results are posted to receivers on the web: no redirects, which could lead a signed result elsewhere; only 200 to 299 is
 * yes; of such an answer nothing but its status matters, of another its words are kept. What waits is decided by the outbox alone,
 * so the client repeats nothing itself.
 */
final class WebhookSender implements AutoCloseable {

    /** How many bytes of a payload a receiver has to take in a second at the least. */
    private static final int SLOWEST = 16 << 10;
    /** Lanes bound what is sent to each destination; two of them may be at one host. */
    private static final int NO_BOUND = 100_000;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Set<String> CONNECTION_HEADERS = Set.of("connection", "keep-alive", "expect", "te", "proxy-authorization");

    private final Duration timeout;
    private final WebhookSignature signature;
    private final Clock clock;
    private final RecoveringHttpClient client;
    private final HttpHeaderFilterStrategy filter = new HttpHeaderFilterStrategy();

    WebhookSender(Duration connectTimeout, Duration responseTimeout, WebhookSignature signature, Clock clock) {
        this(connectTimeout, responseTimeout, signature, clock, builder -> {
        });
    }

    /** @param configurer for tests, given each client before it is built */
    WebhookSender(Duration connectTimeout, Duration responseTimeout, WebhookSignature signature, Clock clock,
             Consumer<HttpClientBuilder> configurer) {
        this.timeout = connectTimeout.plus(responseTimeout);
        this.signature = signature;
        this.clock = clock;
        client = new RecoveringHttpClient(() -> {
            PoolingHttpClientConnectionManager connections = BoundedHttp.connections(
                    BoundedHttp.factory().incomingContentLengthStrategy(WebhookSender::length), SystemDefaultDnsResolver.INSTANCE,
                    SystemTls.context(), connectTimeout, responseTimeout)
                    .setMaxConnPerRoute(NO_BOUND).setMaxConnTotal(NO_BOUND).build();
            HttpClientBuilder builder = BoundedHttp.withSystemProxies(BoundedHttp.client(connections, responseTimeout))
                    .disableContentCompression();
            configurer.accept(builder);
            return new RecoveringHttpClient.Made(builder.build(), connections);
        });
    }

    /** A length that is none says nothing of the status before it. */
    private static long length(HttpMessage answer) {
        try {
            return DefaultContentLengthStrategy.INSTANCE.determineLength(answer);
        } catch (HttpException e) {
            return ContentLengthStrategy.UNDEFINED;
        }
    }

    /**
     * Posts a parcel.
     *
     * @throws HttpOperationFailedException if the receiver said no
     * @throws IOException                  if it said nothing
     * @throws PayloadException             if nothing could be sent
     */
    void send(OutboxMessage parcel) throws IOException, HttpOperationFailedException, PayloadException {
        WebhookAddress address = WebhookAddress.of(parcel.destination());
        byte[] content = content(parcel);
        HttpPost request = new HttpPost(address.uri());
        request.setEntity(new ByteArrayEntity(content, null));
        address.authorization().ifPresent(user -> request.setHeader(HttpHeaders.AUTHORIZATION, user));
        setHeaders(request, parcel.headers());
        setHeaders(request, parcel.credentials());
        request.setHeader("Delivery-Id", clean(parcel.deliveryId()));
        request.setHeader("Idempotency-Key", clean(parcel.deliveryId()));
        if (signature.isWanted()) {
            request.setHeader(WebhookSignature.HEADER, signature.of(content, clock.instant()));
        }
        HttpClientContext context = HttpClientContext.create();
        Duration time = timeout.plusSeconds(content.length / SLOWEST);
        ResponseExcerpt words = new ResponseExcerpt(parcel, address);
        HttpOperationFailedException refusal;
        try (TimeLimit limit = new TimeLimit(request, time)) {
            try {
                refusal = client.execute(request, context, answer -> refusal(answer, context, address, words));
            } catch (IOException e) {
                if (limit.isOver()) {
                    SocketTimeoutException late = new SocketTimeoutException("no whole answer within " + time.toSeconds() + " s");
                    late.initCause(e);
                    throw late;
                }
                throw e;
            }
        }
        if (refusal != null) {
            throw refusal;
        }
    }

    private static byte[] content(OutboxMessage parcel) throws PayloadException {
        try {
            return parcel.payload().bytes();
        } catch (IOException e) {
            throw new PayloadException(e);
        }
    }

    /** Names that others chose may hold line breaks, which in a header of HTTP would begin another. */
    private static String clean(String value) {
        return value.replaceAll("\\p{Cntrl}", " ").strip();
    }

    private void setHeaders(HttpPost request, Map<String, Object> headers) {
        headers.forEach((name, value) -> {
            // which Camel's filter leaves to the body
            boolean type = HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(name);
            if (type || TOKEN.matcher(name).matches() && !CONNECTION_HEADERS.contains(name.toLowerCase(Locale.ROOT))
                    && !filter.applyFilterToCamelHeaders(name, value, null)) {
                request.setHeader(name, clean(String.valueOf(value)));
            }
        });
    }

    /** {@code null} if it is a yes. */
    private static HttpOperationFailedException refusal(ClassicHttpResponse answer, HttpClientContext context,
            WebhookAddress address, ResponseExcerpt words) throws IOException {
        int status = answer.getCode();
        if (context.getResponse() == null) {
            throw new IOException("the proxy does not connect to " + address + " (HTTP status " + status + ", "
                    + words.of(answer) + "): check https.proxyHost, and https.proxyUser and https.proxyPassword if it wants them");
        }
        if (status / 100 == 2) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : answer.getHeaders()) {
            headers.putIfAbsent(header.getName(), header.getValue());
        }
        return new HttpOperationFailedException(address.toString(), status, answer.getReasonPhrase(),
                headers.get(HttpHeaders.LOCATION), headers, words.of(answer));
    }

    @Override
    public void close() {
        client.close();
    }

    /**
     * Signs webhooks, in the form that Stripe's have: {@code t=<seconds since 1970>,v1=<hex of the HMAC-SHA-256 of "t.body">}. By
     * the time in it, a receiver can turn down an old request that somebody repeats.
     */
    static final class WebhookSignature {

        static final String HEADER = "Webhook-Signature";

        private final List<String> secrets;

        /** @param secrets the secret, or several separated by commas while one replaces another; blank for none */
        WebhookSignature(String secrets) {
            this.secrets = Stream.of(secrets.split(",")).map(String::strip).filter(secret -> !secret.isEmpty()).toList();
        }

        boolean isWanted() {
            return !secrets.isEmpty();
        }

        /** The header's value, with a {@code v1} for each secret. */
        String of(byte[] body, Instant time) {
            long seconds = time.getEpochSecond();
            return "t=" + seconds + "," + secrets.stream().map(secret -> "v1=" + hmac(secret, seconds, body))
                    .collect(Collectors.joining(","));
        }

        private static String hmac(String secret, long seconds, byte[] body) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                mac.update((seconds + ".").getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(mac.doFinal(body));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has HmacSHA256", e);
            }
        }
    }
}
