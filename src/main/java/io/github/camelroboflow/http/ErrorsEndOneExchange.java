package io.github.camelroboflow.http;

import java.io.IOException;
import java.net.IDN;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;

/** HttpClient closes all of its connections after an Error in one exchange, for ever; here it costs this exchange its own. */
final class ErrorsEndOneExchange extends HttpRequestExecutor {

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
