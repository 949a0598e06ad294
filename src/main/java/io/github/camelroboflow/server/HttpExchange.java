package io.github.camelroboflow.server;

import io.github.camelroboflow.server.RequestDispatcher.Admitted;
import io.github.camelroboflow.server.RequestDispatcher.Work;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.apache.hc.core5.http.nio.AsyncResponseProducer;
import org.apache.hc.core5.http.nio.AsyncServerExchangeHandler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.ResponseChannel;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicResponseProducer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives one request and sends its response. Collects the body up to its limit and passes it on as a whole; never blocks. A
 * refused request is answered at once, and the rest of its body is discarded.
 */
final class HttpExchange implements AsyncServerExchangeHandler {

    private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);
    private static final int SMALLEST_BODY = 8192;
    private static final Pattern CONTENT_LENGTH = Pattern.compile("\\d+");

    private final RequestDispatcher dispatcher;
    private final ConnectionTracker connections;
    private final int maxRequestSize;
    private final AtomicBoolean begun = new AtomicBoolean();
    private ResponseChannel responses;
    private HttpContext context;
    private RequestHead head;
    private Admitted admitted;
    private byte[] body = new byte[0];
    private int length;
    private boolean received;
    /** Whether the body is too large, so that the rest of it is discarded. */
    private boolean tooLarge;
    private volatile CompletableFuture<ServerResponse> pending;
    private volatile AsyncResponseProducer producer;

    HttpExchange(RequestDispatcher dispatcher, ConnectionTracker connections, int maxRequestSize) {
        this.dispatcher = dispatcher;
        this.connections = connections;
        this.maxRequestSize = maxRequestSize;
    }

    @Override
    public void handleRequest(HttpRequest request, EntityDetails entity, ResponseChannel channel, HttpContext httpContext)
            throws HttpException, IOException {
        responses = channel;
        context = httpContext;
        if (!connections.requestBegun(context)) {
            return;
        }
        if (!hasClearFraming(request)) {
            connections.disconnect(context);
            return;
        }
        begun.set(true);
        if (entity == null) {
            received();
        }
        try {
            head = RequestHead.of(request, ConnectionTracker.client(context));
            admitted = dispatcher.admit(head);
            if (entity != null && entity.getContentLength() > maxRequestSize) {
                refuseBody();
            } else if (entity == null) {
                work();
            }
        } catch (ResponseException e) {
            refuse(e);
        } catch (Error e) {
            refuseAfter(e);
        }
    }

    /**
     * Returns whether a proxy finds the same end of the request as this server. Otherwise the proxy could take the rest of it for a
     * request of another client, which is request smuggling (RFC 9112, 6.1 to 6.3).
     */
    private static boolean hasClearFraming(HttpRequest request) {
        boolean chunked = request.containsHeader(HttpHeaders.TRANSFER_ENCODING);
        Header length = request.getFirstHeader(HttpHeaders.CONTENT_LENGTH);
        if (chunked && (length != null || request.getVersion() == null || request.getVersion().lessEquals(HttpVersion.HTTP_1_0))) {
            return false;
        }
        return length == null || CONTENT_LENGTH.matcher(length.getValue()).matches();
    }

    /** Refuses the request after an error, which must not end the I/O thread: its other clients would never be answered. */
    private void refuseAfter(Error error) {
        LOG.warn("A request is refused after {}", error.toString());
        if (producer == null) {
            refuse(ResponseException.busy());
        } else {
            connections.disconnect(context);
        }
    }

    @Override
    public void updateCapacity(CapacityChannel capacity) throws IOException {
        capacity.update(Integer.MAX_VALUE);
    }

    @Override
    public void consume(ByteBuffer data) {
        if (admitted == null || tooLarge) {
            data.position(data.limit());
            return;
        }
        try {
            append(data);
        } catch (ResponseException e) {
            data.position(data.limit());
            refuse(e);
        } catch (Error e) {
            // the rest of the program may have taken all memory
            data.position(data.limit());
            refuseAfter(e);
        }
    }

    private void append(ByteBuffer data) {
        int more = data.remaining();
        if (more > maxRequestSize - length) {
            data.position(data.limit());
            refuseBody();
            return;
        }
        if (length + more > body.length) {
            int size = Math.min(maxRequestSize, Math.max(length + more, Math.max(SMALLEST_BODY, 2 * body.length)));
            admitted.slot().grow((long) admitted.handler().bytesPerByte() * (size - body.length));
            body = Arrays.copyOf(body, size);
        }
        data.get(body, length, more);
        length += more;
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        if (admitted != null && !tooLarge) {
            received();
            try {
                work();
            } catch (Error e) {
                refuseAfter(e);
            }
        }
    }

    private void received() {
        received = true;
        connections.requestReceived(context);
    }

    private void work() {
        byte[] whole = length == body.length ? body : Arrays.copyOf(body, length);
        work(() -> whole);
    }

    /** Refuses a body that is too large. The response may have another reason, such as a model that does not exist. */
    private void refuseBody() {
        tooLarge = true;
        work(() -> {
            throw ResponseException.tooLarge(maxRequestSize);
        });
    }

    private void work(Supplier<byte[]> content) {
        body = null;
        long start = System.nanoTime();
        Work work = dispatcher.work(head, admitted, content);
        pending = work.response();
        pending.thenAccept(response -> send(response, System.nanoTime() - start));
    }

    private void refuse(ResponseException refusal) {
        if (admitted != null) {
            admitted.slot().close();
            admitted = null;
        }
        body = null;
        send(refusal.response(), 0);
    }

    private void send(ServerResponse response, long elapsed) {
        // counted first, so that a client that has its response also finds it in the metrics
        dispatcher.count(response, elapsed);
        HttpResponse message = new BasicHttpResponse(response.status());
        response.headers().forEach(message::setHeader);
        if (dispatcher.isStopping()) {
            message.setHeader(HttpHeaders.CONNECTION, "close");
        }
        if (head != null) {
            message.setHeader("x-request-id", head.id());
            dispatcher.headers(head).forEach(message::setHeader);
        }
        boolean bodiless = head != null && head.method().equals("HEAD");
        producer = bodiless ? new BasicResponseProducer(message) : new BasicResponseProducer(message,
                new BasicAsyncEntityProducer(response.body(), ContentType.parseLenient(response.contentType())));
        connections.responseBegun(context, received);
        try {
            producer.sendResponse(responses, context);
        } catch (HttpException | IOException | RuntimeException e) {
            // the client has disconnected
            failed(e);
        }
    }

    @Override
    public int available() {
        return producer == null ? 0 : producer.available();
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
        if (producer != null) {
            producer.produce(channel);
        }
    }

    @Override
    public void failed(Exception cause) {
        releaseResources();
    }

    @Override
    public void releaseResources() {
        CompletableFuture<ServerResponse> unfinished = pending;
        boolean cancelled = unfinished != null && unfinished.cancel(true);
        if (!cancelled && admitted != null) {
            admitted.slot().close();
        }
        if (begun.getAndSet(false)) {
            connections.requestEnded(context);
        }
    }
}
