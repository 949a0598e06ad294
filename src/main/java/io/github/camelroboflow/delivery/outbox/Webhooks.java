package io.github.camelroboflow.delivery.outbox;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.http.HttpEndpoint;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * How results are posted to receivers on the web: no redirects, which could lead a signed result elsewhere; only 200 to 299 is
 * yes; of the answer nothing but its status matters. What waits is decided by the outbox alone, so the client repeats nothing
 * itself.
 */
final class Webhooks {

    /** An answer up to this size is read, so that the connection can be used again; of a longer one the connection is closed. */
    private static final int SHORT_ANSWER = 64 * 1024;
    /** In effect no limit: how many are used at once is decided for each destination, of which one host may have many. */
    private static final int CONNECTIONS = 1_000_000;
    private static final DefaultConnectionReuseStrategy REUSE = new DefaultConnectionReuseStrategy();

    private final CamelContext context;
    private final Duration connectTimeout;
    private final Duration responseTimeout;
    private final Signature signature;
    private final Clock clock;
    private HttpEndpoint endpoint;

    Webhooks(CamelContext context, Duration connectTimeout, Duration responseTimeout, Signature signature, Clock clock) {
        this.context = context;
        this.connectTimeout = connectTimeout;
        this.responseTimeout = responseTimeout;
        this.signature = signature;
        this.clock = clock;
    }

    /** One for all receivers; each message says where it goes. */
    synchronized HttpEndpoint endpoint() {
        if (endpoint == null) {
            long connect = connectTimeout.toMillis();
            long respond = responseTimeout.toMillis();
            HttpEndpoint created = context.getEndpoint(String.format(Locale.ROOT, "https://outbox.invalid?httpMethod=POST"
                    + "&connectTimeout=%d&connectionRequestTimeout=%d&responseTimeout=%d&soTimeout=%d&connectionsPerRoute=%d"
                    + "&maxTotalConnections=%d&followRedirects=false&okStatusCodeRange=200-299&ignoreResponseBody=true"
                    + "&skipResponseHeaders=true", connect, connect + respond, respond, respond, CONNECTIONS, CONNECTIONS),
                    HttpEndpoint.class);
            created.setHttpClientConfigurer(Webhooks::configure);
            endpoint = created;
        }
        return endpoint;
    }

    /** Makes a message, whose body is the payload, a request to the receiver. */
    void address(Message message, Parcel parcel) {
        // Camel looks for placeholders in the address; one that was meant as such has been replaced already
        message.setHeader(Exchange.HTTP_URI, parcel.destination().replace("{{", "%7B%7B").replace("}}", "%7D%7D"));
        message.setHeader("Delivery-Id", parcel.deliveryId());
        message.setHeader("Idempotency-Key", parcel.deliveryId());
        if (signature.isWanted()) {
            message.setHeader(Signature.HEADER, signature.of(message.getBody(byte[].class), clock.instant()));
        }
    }

    private static void configure(HttpClientBuilder client) {
        client.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement().disableContentCompression()
                .disableAuthCaching().setUserAgent("camel-roboflow")
                .setConnectionReuseStrategy(Webhooks::isReusable)
                .addResponseInterceptorFirst(Webhooks::dropLongAnswer);
    }

    private static boolean isReusable(HttpRequest request, HttpResponse response, HttpContext context) {
        return context.getAttribute(Webhooks.class.getName()) == null && REUSE.keepAlive(request, response, context);
    }

    private static void dropLongAnswer(HttpResponse response, EntityDetails entity, HttpContext context) {
        if (entity != null && (entity.getContentLength() < 0 || entity.getContentLength() > SHORT_ANSWER)
                && response instanceof ClassicHttpResponse answer) {
            context.setAttribute(Webhooks.class.getName(), true);
            answer.setEntity(null);
        }
    }
}
