package io.github.camelroboflow.server;

import io.github.camelroboflow.server.Dispatcher.Admitted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
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
 * One request and its answer on the wire. Collects the body within its limit and hands it on whole; never blocks. A request that is
 * refused is answered at once, and what still comes of it is thrown away.
 */
final class HttpExchange implements AsyncServerExchangeHandler {

    private static final Logger LOG = LoggerFactory.getLogger(HttpExchange.class);
    private static final int SMALLEST_BODY = 8192;

    private final Dispatcher dispatcher;
    private final Connections connections;
    private final int maxRequestSize;
    private final AtomicBoolean begun = new AtomicBoolean();
    private ResponseChannel responses;
    private HttpContext context;
    private Call call;
    private Admitted admitted;
    private byte[] body = new byte[0];
    private int length;
    private boolean received;
    private volatile CompletableFuture<Reply> answering;
    private volatile AsyncResponseProducer response;

    HttpExchange(Dispatcher dispatcher, Connections connections, int maxRequestSize) {
        this.dispatcher = dispatcher;
        this.connections = connections;
        this.maxRequestSize = maxRequestSize;
    }

    @Override
    public void handleRequest(HttpRequest request, EntityDetails entity, ResponseChannel channel, HttpContext httpContext)
            throws HttpException, IOException {
        responses = channel;
        context = httpContext;
        if (!connections.begun(context)) {
            return;
        }
        if (!Framing.isClear(request)) {
            connections.disconnect(context);
            return;
        }
        begun.set(true);
        if (entity == null) {
            received();
        }
        try {
            call = Call.of(request);
            admitted = dispatcher.admit(call);
            if (entity != null && entity.getContentLength() > maxRequestSize) {
                throw Refusal.tooLarge(maxRequestSize);
            }
            if (entity == null) {
                work();
            }
        } catch (Refusal refusal) {
            refuse(refusal);
        } catch (Error e) {
            refuseAfter(e);
        }
    }

    /** An error must not end the network's thread, without which nobody would be answered any more. */
    private void refuseAfter(Error error) {
        LOG.warn("A request is refused after {}", error.toString());
        if (response == null) {
            refuse(Refusal.busy());
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
        if (admitted == null) {
            data.position(data.limit());
            return;
        }
        try {
            append(data);
        } catch (Refusal refusal) {
            data.position(data.limit());
            refuse(refusal);
        } catch (Error e) {
            // what else the program does may have taken all memory
            data.position(data.limit());
            refuseAfter(e);
        }
    }

    private void append(ByteBuffer data) {
        int more = data.remaining();
        if (more > maxRequestSize - length) {
            throw Refusal.tooLarge(maxRequestSize);
        }
        if (length + more > body.length) {
            int size = Math.min(maxRequestSize, Math.max(length + more, Math.max(SMALLEST_BODY, 2 * body.length)));
            admitted.slot().grow((long) admitted.route().bytesPerByte() * (size - body.length));
            body = Arrays.copyOf(body, size);
        }
        data.get(body, length, more);
        length += more;
    }

    @Override
    public void streamEnd(List<? extends Header> trailers) {
        if (admitted != null) {
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
        connections.received(context);
    }

    private void work() {
        byte[] whole = length == body.length ? body : Arrays.copyOf(body, length);
        body = null;
        long start = System.nanoTime();
        Work work = dispatcher.work(call, admitted, whole);
        answering = work.reply();
        answering.thenAccept(reply -> send(reply, System.nanoTime() - start));
    }

    private void refuse(Refusal refusal) {
        if (admitted != null) {
            admitted.slot().close();
            admitted = null;
        }
        body = null;
        send(refusal.reply(), 0);
    }

    private void send(Reply reply, long elapsed) {
        // before the client can ask how many there were
        dispatcher.answers(reply, elapsed);
        HttpResponse head = new BasicHttpResponse(reply.status());
        reply.headers().forEach(head::setHeader);
        if (dispatcher.isStopping()) {
            head.setHeader(HttpHeaders.CONNECTION, "close");
        }
        if (call != null) {
            head.setHeader("x-request-id", call.id());
            Cors.headers(call).forEach(head::setHeader);
        }
        boolean bodiless = call != null && call.method().equals("HEAD");
        response = bodiless ? new BasicResponseProducer(head) : new BasicResponseProducer(head,
                new BasicAsyncEntityProducer(reply.body(), ContentType.parseLenient(reply.contentType())));
        connections.answering(context, received);
        try {
            response.sendResponse(responses, context);
        } catch (HttpException | IOException | RuntimeException e) {
            // the client has gone
            failed(e);
        }
    }

    @Override
    public int available() {
        return response == null ? 0 : response.available();
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
        if (response != null) {
            response.produce(channel);
        }
    }

    @Override
    public void failed(Exception cause) {
        releaseResources();
    }

    @Override
    public void releaseResources() {
        CompletableFuture<Reply> unfinished = answering;
        boolean works = unfinished != null && unfinished.cancel(true);
        if (!works && admitted != null) {
            admitted.slot().close();
        }
        if (begun.getAndSet(false)) {
            connections.answered(context);
        }
    }
}
