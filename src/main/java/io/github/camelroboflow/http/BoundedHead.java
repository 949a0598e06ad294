package io.github.camelroboflow.http;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.impl.io.LenientHttpResponseParser;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.http.message.LazyLaxLineParser;
import org.apache.hc.core5.util.CharArrayBuffer;

/** Reads the heads of one connection's answers, and of those that only announce another (1xx) no more than a few in a row. */
final class BoundedHead extends LenientHttpResponseParser {

    static final int MOST_INTERIM = 20;

    /** A line that is no header says nothing of the status above it. */
    private static final BasicLineParser LINES = new BasicLineParser() {

        @Override
        public Header parseHeader(CharArrayBuffer line) {
            try {
                return LazyLaxLineParser.INSTANCE.parseHeader(line);
            } catch (ParseException e) {
                return new BasicHeader("Invalid", "");
            }
        }
    };

    private int interim;

    BoundedHead(Http1Config limits) {
        super(LINES, null, limits);
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream stream) throws IOException, HttpException {
        ClassicHttpResponse response;
        try {
            response = super.parse(buffer, stream);
        } catch (MessageConstraintException e) {
            throw new MessageConstraintException("the head of its answer is longer than is read, which is "
                    + BoundedHttp.MOST_HEADERS + " lines of " + BoundedHttp.LONGEST_LINE + " characters: " + e.getMessage());
        }
        interim = response == null || response.getCode() >= HttpStatus.SC_SUCCESS ? 0 : interim + 1;
        if (interim > MOST_INTERIM) {
            throw new MessageConstraintException("it announces an answer (HTTP " + response.getCode() + ") without end");
        }
        return response;
    }
}
