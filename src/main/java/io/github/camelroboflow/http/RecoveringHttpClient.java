package io.github.camelroboflow.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.IDN;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;

/**
 * An HTTP client that goes on after an Error: HttpClient closes its connections then, and says "Connection pool shut down" for ever
 * after, so that it is made anew. Of an answer that was not read to its end, the connection is closed at once: HttpClient would
 * first read the rest, however long.
 */
public final class RecoveringHttpClient implements AutoCloseable {

    /** So much is read, if it comes that soon, so that a connection can be used again. */
    private static final int SHORT_REST = 1 << 16;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Supplier<Made> maker;
    private Made made;
    private boolean closed;

    /**
     * A client as it was made.
     *
     * @param connections its own; {@code null} if they are somebody else's, as is the client then
     */
    public record Made(HttpClient client, PoolingHttpClientConnectionManager connections) {

        private boolean isClosed() {
            return connections != null && connections.isClosed();
        }
    }

    /** @param maker called now, and after an Error that ended what it made */
    public RecoveringHttpClient(Supplier<Made> maker) {
        this.maker = maker;
        made = maker.get();
    }

    /** The connections of now; empty if they are somebody else's. */
    public synchronized Optional<PoolingHttpClientConnectionManager> connections() {
        return Optional.ofNullable(made.connections);
    }

    private synchronized Made current() throws IOException {
        if (closed) {
            throw new IOException("the client is closed");
        }
        if (made.isClosed()) {
            made = maker.get();
        }
        return made;
    }

    /**
     * Sends a request and has its answer read.
     *
     * @param handler reads what it needs of the answer, and closes nothing
     * @throws IOException also where an Error of another request ended this one
     */
    public <T> T execute(HttpUriRequestBase request, HttpContext context, HttpClientResponseHandler<T> handler) throws IOException {
        Made used = current();
        try {
            return handle(request, used.client.executeOpen(null, request, context), handler);
        } catch (IsolatedExchange.Carrier e) {
            throw e.error();
        } catch (HttpException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalStateException e) {
            if (used.isClosed()) {
                throw new IOException("an error in another request ended its connection", e);
            }
            throw e;
        }
    }

    private static <T> T handle(HttpUriRequestBase request, ClassicHttpResponse response, HttpClientResponseHandler<T> handler)
            throws IOException, HttpException {
        boolean clean = false;
        try {
            T result = handler.handleResponse(response);
            clean = isReadToItsEnd(request, response);
            return result;
        } finally {
            if (clean) {
                response.close();
            } else {
                request.abort();
            }
        }
    }

    private static boolean isReadToItsEnd(HttpUriRequestBase request, ClassicHttpResponse response) {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return true;
        }
        int most = entity.getContentLength() > SHORT_REST ? 1 : SHORT_REST;
        try (TimeLimit limit = new TimeLimit(request, SOON)) {
            InputStream rest = entity.getContent();
            return rest == null || rest.readNBytes(most).length < most;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (made.connections != null && made.client instanceof CloseableHttpClient own) {
            own.close(CloseMode.IMMEDIATE);
        }
    }

    /** HttpClient closes all of its connections after an Error in one exchange, for ever; here it costs this exchange its own. */
    static final class IsolatedExchange extends HttpRequestExecutor {

        /** Carries the Error past HttpClient. */
        static final class Carrier extends RuntimeException {

            Carrier(Error error) {
                super(error);
            }

            Error error() {
                return (Error) getCause();
            }
        }

        /** HttpCore tells proxies of international hosts in the form for people. */
        private static void asciiTarget(ClassicHttpRequest request) {
            String target = request.getRequestUri();
            if (request instanceof BasicHttpRequest ours && ours.getAuthority() != null
                    && !target.chars().allMatch(character -> character < 0x80)) {
                String host = ours.getAuthority().getHostName();
                ours.setAbsoluteRequestUri(false);
                ours.setPath(target.replace(host, IDN.toASCII(host, IDN.ALLOW_UNASSIGNED)));
            }
        }

        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, HttpClientConnection connection,
                HttpResponseInformationCallback callback, HttpContext context) throws IOException, HttpException {
            asciiTarget(request);
            try {
                return super.execute(request, connection, callback, context);
            } catch (Error e) {
                connection.close(CloseMode.IMMEDIATE);
                throw new Carrier(e);
            }
        }
    }
}
