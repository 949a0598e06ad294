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
 * An HTTP client that survives an Error. HttpClient closes its connections then, and fails with "Connection pool shut
 * down" for ever, so this class replaces it with a new one. The connection of a response that was not completely read
 * is closed at once, because HttpClient would first read the rest, however long.
 */
public final class RecoveringHttpClient implements AutoCloseable {

    /** The bytes of a response's rest that are read within {@link #REST_TIMEOUT} so that the connection can be reused. */
    private static final int MAX_REST = 1 << 16;
    private static final Duration REST_TIMEOUT = Duration.ofSeconds(1);

    private final Supplier<ClientAndPool> factory;
    private ClientAndPool current;
    private boolean closed;

    /**
     * A client and its connection pool.
     *
     * @param http the client
     * @param connections the client's own pool; {@code null} if the application owns client and pool
     */
    public record ClientAndPool(HttpClient http, PoolingHttpClientConnectionManager connections) {

        private boolean isClosed() {
            return connections != null && connections.isClosed();
        }
    }

    /** @param factory the supplier of clients, called now and after each Error that ended a client */
    public RecoveringHttpClient(Supplier<ClientAndPool> factory) {
        this.factory = factory;
        current = factory.get();
    }

    /** Returns the current connection pool; empty if the application owns it. */
    public synchronized Optional<PoolingHttpClientConnectionManager> connections() {
        return Optional.ofNullable(current.connections);
    }

    private synchronized ClientAndPool open() throws IOException {
        if (closed) {
            throw new IOException("the client is closed");
        }
        if (current.isClosed()) {
            current = factory.get();
        }
        return current;
    }

    /**
     * Sends a request and passes its response to the handler.
     *
     * @param handler the reader of the response, which closes nothing
     * @throws IOException also if an Error of another request ended this one
     */
    public <T> T execute(HttpUriRequestBase request, HttpContext context, HttpClientResponseHandler<T> handler) throws IOException {
        ClientAndPool client = open();
        try {
            return handle(request, client.http.executeOpen(null, request, context), handler);
        } catch (IsolatedExchange.Carrier e) {
            throw e.error();
        } catch (HttpException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalStateException e) {
            if (client.isClosed()) {
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
        int most = entity.getContentLength() > MAX_REST ? 1 : MAX_REST;
        try (TimeLimit limit = new TimeLimit(request::abort, REST_TIMEOUT)) {
            InputStream rest = entity.getContent();
            return rest == null || rest.readNBytes(most).length < most;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (current.connections != null && current.http instanceof CloseableHttpClient own) {
            own.close(CloseMode.IMMEDIATE);
        }
    }

    /**
     * Closes only the connection of an exchange that fails with an Error. HttpClient alone would close all of its
     * connections for ever.
     */
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

        /**
         * Replaces an internationalized host name in the target by its ASCII form. HttpCore sends proxies the Unicode
         * form.
         */
        private static void asciiTarget(ClassicHttpRequest request) {
            String target = request.getRequestUri();
            if (request instanceof BasicHttpRequest basic && basic.getAuthority() != null
                    && !target.chars().allMatch(character -> character < 0x80)) {
                String host = basic.getAuthority().getHostName();
                basic.setAbsoluteRequestUri(false);
                basic.setPath(target.replace(host, IDN.toASCII(host, IDN.ALLOW_UNASSIGNED)));
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
