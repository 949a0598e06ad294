package io.github.camelroboflow.http;

import io.github.camelroboflow.http.RecoveringHttpClient.IsolatedExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.IDN;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.SystemDefaultCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.LenientHttpResponseParser;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
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
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Begins HTTP clients whose answers have bounds of ours: by itself, HttpCore takes a head of any length. How much of a body is read
 * is the caller's, who knows what it is; what it leaves unread costs no more than the connection ({@link RecoveringHttpClient}).
 */
public final class BoundedHttp {

    /** Characters of a line of an answer's head, of a trailer, or of the size of a chunk. */
    public static final int LONGEST_LINE = 8192;
    /** Header lines of an answer, and of its trailers. */
    public static final int MOST_HEADERS = 100;
    private static final int MOST_ADDRESSES = 8;
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxLineLength(LONGEST_LINE).setMaxHeaderCount(MOST_HEADERS).build();

    private BoundedHttp() {
    }

    /** Makes connections that read answers within the limits. */
    public static ManagedHttpClientConnectionFactory.Builder factory() {
        return ManagedHttpClientConnectionFactory.builder().http1Config(LIMITS)
                .responseParserFactory(config -> new BoundedResponseParser(LIMITS));
    }

    /**
     * Connections of such a factory.
     *
     * @param connect the longest time to reach an address of the server, and for each step of TLS
     * @param read    the longest time without a byte
     */
    public static PoolingHttpClientConnectionManagerBuilder connections(ManagedHttpClientConnectionFactory.Builder factory,
            DnsResolver names, SSLContext tls, Duration connect, Duration read) {
        return PoolingHttpClientConnectionManagerBuilder.create().setConnectionFactory(factory.build())
                .setDnsResolver(new FewAddresses(names)).setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(Timeout.of(connect))
                        .setSocketTimeout(Timeout.of(read)).setValidateAfterInactivity(TimeValue.ofSeconds(1)).build());
    }

    /**
     * A client of such connections. Redirects, cookies and repeated requests are off: the first may carry a secret elsewhere, the
     * others are the caller's to decide.
     */
    public static HttpClientBuilder client(HttpClientConnectionManager connections, Duration read) {
        return HttpClientBuilder.create().setConnectionManager(connections).setRequestExecutor(new IsolatedExchange())
                .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(Timeout.of(read))
                        .setConnectionRequestTimeout(Timeout.of(read)).setProtocolUpgradeEnabled(false).build())
                .disableRedirectHandling().disableCookieManagement().disableAuthCaching().disableAutomaticRetries()
                .setUserAgent("camel-roboflow");
    }

    /** Has a client use the proxies of Java's system properties, and the users that they name for them. */
    public static HttpClientBuilder withSystemProxies(HttpClientBuilder client) {
        return client.setProxySelector(ProxySelector.getDefault())
                .setDefaultCredentialsProvider(new SystemDefaultCredentialsProvider());
    }

    /** Each address is tried for the whole connect timeout, so that a name with thousands of them would take hours. */
    private record FewAddresses(DnsResolver names) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            // HttpCore turns the form of the wire back into that for people, which systems don't resolve
            InetAddress[] found = names.resolve(IDN.toASCII(host, IDN.ALLOW_UNASSIGNED));
            return found == null || found.length <= MOST_ADDRESSES ? found : Arrays.copyOf(found, MOST_ADDRESSES);
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            return names.resolveCanonicalHostname(host);
        }
    }

    /** Reads the heads of one connection's answers, and of those that only announce another (1xx) no more than a few in a row. */
    static final class BoundedResponseParser extends LenientHttpResponseParser {

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

        BoundedResponseParser(Http1Config limits) {
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
}
