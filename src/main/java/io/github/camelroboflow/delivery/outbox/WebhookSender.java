package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.outbox.Outbox.WebhookSettings;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxMessageFactory;
import io.github.camelroboflow.delivery.outbox.Payload.PayloadException;
import io.github.camelroboflow.delivery.outbox.WebhookAddress.ResponseExcerpt;
import io.github.camelroboflow.http.BoundedHttp;
import io.github.camelroboflow.http.RecoveringHttpClient;
import io.github.camelroboflow.http.SystemTls;
import io.github.camelroboflow.http.TimeLimit;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
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
 * Posts messages to web receivers. It follows no redirects, which could lead a signed result elsewhere. Only a status from 200 to
 * 299 is a success, and its body is ignored; the body of any other response is kept. The client repeats nothing itself: only the
 * outbox decides about retries.
 */
final class WebhookSender implements AutoCloseable {

    /** The lowest accepted speed of a receiver, in bytes of payload per second. */
    private static final int SLOWEST = 16 << 10;
    /** No bound of the client: each destination is bounded by its queue, and two destinations may share a host. */
    private static final int NO_BOUND = 100_000;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Set<String> CONNECTION_HEADERS = Set.of("connection", "keep-alive", "expect", "te", "proxy-authorization");

    private final Duration timeout;
    private final WebhookSignature signature;
    private final Clock clock;
    private final RecoveringHttpClient client;
    private final HttpHeaderFilterStrategy filter = new HttpHeaderFilterStrategy();

    WebhookSender(WebhookSettings settings, Clock clock) {
        this(settings, clock, builder -> {
        });
    }

    /** @param configurer for tests, given each client before it is built */
    WebhookSender(WebhookSettings settings, Clock clock, Consumer<HttpClientBuilder> configurer) {
        this.timeout = settings.connectTimeout().plus(settings.responseTimeout());
        this.signature = new WebhookSignature(settings.scheme(), settings.secret());
        this.clock = clock;
        client = new RecoveringHttpClient(() -> {
            PoolingHttpClientConnectionManager connections = BoundedHttp.connections(
                    BoundedHttp.factory().incomingContentLengthStrategy(WebhookSender::length), SystemDefaultDnsResolver.INSTANCE,
                    SystemTls.context(), settings.connectTimeout(), settings.responseTimeout())
                    .setMaxConnPerRoute(NO_BOUND).setMaxConnTotal(NO_BOUND).build();
            HttpClientBuilder builder = BoundedHttp.withSystemProxies(BoundedHttp.client(connections, settings.responseTimeout()))
                    .disableContentCompression();
            configurer.accept(builder);
            return new RecoveringHttpClient.ClientAndPool(builder.build(), connections);
        });
    }

    /** Returns the length. An invalid length must not hide the status before it. */
    private static long length(HttpMessage response) {
        try {
            return DefaultContentLengthStrategy.INSTANCE.determineLength(response);
        } catch (HttpException e) {
            return ContentLengthStrategy.UNDEFINED;
        }
    }

    /**
     * Posts a message.
     *
     * @throws HttpOperationFailedException if the receiver refused it
     * @throws IOException if there was no response
     * @throws PayloadException if nothing could be sent
     */
    void send(OutboxMessage message) throws IOException, HttpOperationFailedException, PayloadException {
        WebhookAddress address = WebhookAddress.of(message.destination());
        byte[] content = content(message);
        HttpPost request = new HttpPost(address.uri());
        request.setEntity(new ByteArrayEntity(content, null));
        address.authorization().ifPresent(user -> request.setHeader(HttpHeaders.AUTHORIZATION, user));
        setHeaders(request, message.headers());
        setHeaders(request, message.credentials());
        String id = clean(message.deliveryId());
        request.setHeader("Delivery-Id", id);
        request.setHeader("Idempotency-Key", id);
        signature.headers(id, content, clock.instant()).forEach(request::setHeader);
        HttpClientContext context = HttpClientContext.create();
        Duration time = timeout.plusSeconds(content.length / SLOWEST);
        ResponseExcerpt excerpt = new ResponseExcerpt(message, address);
        HttpOperationFailedException refusal;
        try (TimeLimit limit = new TimeLimit(request::abort, time)) {
            try {
                refusal = client.execute(request, context, response -> refusal(response, context, address, excerpt));
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

    private static byte[] content(OutboxMessage message) throws PayloadException {
        try {
            return message.payload().bytes();
        } catch (IOException e) {
            throw new PayloadException(e);
        }
    }

    private static String clean(String value) {
        return OutboxMessageFactory.oneLine(value).strip();
    }

    private void setHeaders(HttpPost request, Map<String, Object> headers) {
        headers.forEach((name, value) -> {
            // Camel's filter leaves the content type to the body
            boolean type = HttpHeaders.CONTENT_TYPE.equalsIgnoreCase(name);
            if (type || TOKEN.matcher(name).matches() && !CONNECTION_HEADERS.contains(name.toLowerCase(Locale.ROOT))
                    && !filter.applyFilterToCamelHeaders(name, value, null)) {
                request.setHeader(name, clean(String.valueOf(value)));
            }
        });
    }

    /** Returns {@code null} for a success. */
    private static HttpOperationFailedException refusal(ClassicHttpResponse response, HttpClientContext context,
            WebhookAddress address, ResponseExcerpt excerpt) throws IOException {
        int status = response.getCode();
        if (context.getResponse() == null) {
            throw new IOException("the proxy does not connect to " + address + " (HTTP status " + status + ", "
                    + excerpt.of(response) + "): check https.proxyHost, and https.proxyUser and https.proxyPassword if it needs"
                    + " them");
        }
        if (status / 100 == 2) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            headers.putIfAbsent(header.getName(), header.getValue());
        }
        return new HttpOperationFailedException(address.toString(), status, response.getReasonPhrase(),
                headers.get(HttpHeaders.LOCATION), headers, excerpt.of(response));
    }

    @Override
    public void close() {
        client.close();
    }
}
