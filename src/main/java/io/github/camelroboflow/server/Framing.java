package io.github.camelroboflow.server;

import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpVersion;

/**
 * Whether everybody finds the same end of a request: where a proxy may find another one, it takes the rest for a request of
 * somebody else's (RFC 9112, 6.1 to 6.3).
 */
final class Framing {

    private static final Pattern LENGTH = Pattern.compile("\\d+");

    private Framing() {
    }

    static boolean isClear(HttpRequest request) {
        boolean chunked = request.containsHeader(HttpHeaders.TRANSFER_ENCODING);
        Header length = request.getFirstHeader(HttpHeaders.CONTENT_LENGTH);
        if (chunked && (length != null || request.getVersion() == null || request.getVersion().lessEquals(HttpVersion.HTTP_1_0))) {
            return false;
        }
        return length == null || LENGTH.matcher(length.getValue()).matches();
    }
}
