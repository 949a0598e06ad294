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
 * Creates HTTP clients that limit the size of a response's head; HttpCore alone accepts any length. The caller limits
 * the body, because only it knows the expected size. An unread rest of a body only costs the connection ({@link
 * RecoveringHttpClient}).
 */
public final class BoundedHttp {

    /** The maximum length in characters of a header line, a trailer line or a chunk's size line. */
    public static final int MAX_LINE_LENGTH = 8192;
    /** The maximum number of headers of a response, and of its trailers. */
    public static final int MAX_HEADERS = 100;
    private static final int MAX_ADDRESSES = 8;
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxLineLength(MAX_LINE_LENGTH).setMaxHeaderCount(MAX_HEADERS).build();

    private BoundedHttp() {
    }

    /** Returns a factory of connections that read responses within the limits. */
    public static ManagedHttpClientConnectionFactory.Builder factory() {
        return ManagedHttpClientConnectionFactory.builder().http1Config(LIMITS)
                .responseParserFactory(config -> new BoundedResponseParser(LIMITS));
    }

    /**
     * Returns a connection pool that uses the factory.
     *
     * @param connect the longest time to reach an address of the server, and for each step of TLS
     * @param read the longest time without a byte
     */
    public static PoolingHttpClientConnectionManagerBuilder connections(ManagedHttpClientConnectionFactory.Builder factory,
            DnsResolver names, SSLContext tls, Duration connect, Duration read) {
        return PoolingHttpClientConnectionManagerBuilder.create().setConnectionFactory(factory.build())
                .setDnsResolver(new LimitedAddresses(names)).setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(Timeout.of(connect))
                        .setSocketTimeout(Timeout.of(read)).setValidateAfterInactivity(TimeValue.ofSeconds(1)).build());
    }

    /**
     * Returns a client that uses the connections. Redirects are off because they may carry a secret elsewhere. Cookies
     * and automatic retries are off because the caller decides about them.
     */
    public static HttpClientBuilder client(HttpClientConnectionManager connections, Duration read) {
        return HttpClientBuilder.create().setConnectionManager(connections).setRequestExecutor(new IsolatedExchange())
                .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(Timeout.of(read))
                        .setConnectionRequestTimeout(Timeout.of(read)).setProtocolUpgradeEnabled(false).build())
                .disableRedirectHandling().disableCookieManagement().disableAuthCaching().disableAutomaticRetries()
                .setUserAgent("camel-roboflow");
    }

    /** Makes a client use the proxies of Java's system properties, with their user names. */
    public static HttpClientBuilder withSystemProxies(HttpClientBuilder client) {
        return client.setProxySelector(ProxySelector.getDefault())
                .setDefaultCredentialsProvider(new SystemDefaultCredentialsProvider());
    }

    /**
     * Limits the addresses of a host name. Each is tried for the whole connect timeout, so that thousands of them would
     * take hours.
     */
    private record LimitedAddresses(DnsResolver names) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            // HttpCore turns a punycode name into its Unicode form, which systems don't resolve
            InetAddress[] addresses = names.resolve(IDN.toASCII(host, IDN.ALLOW_UNASSIGNED));
            return addresses == null || addresses.length <= MAX_ADDRESSES ? addresses
                    : Arrays.copyOf(addresses, MAX_ADDRESSES);
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            return names.resolveCanonicalHostname(host);
        }
    }

    /** Reads the heads of one connection's responses. Accepts only a few interim responses (1xx) in a row. */
    static final class BoundedResponseParser extends LenientHttpResponseParser {

        static final int MAX_INTERIM = 20;

        /** The header parser. An invalid header line does not make the response's status invalid. */
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
                throw new MessageConstraintException("the head of its response is larger than "
                        + BoundedHttp.MAX_HEADERS + " lines of " + BoundedHttp.MAX_LINE_LENGTH + " characters: " + e.getMessage());
            }
            interim = response == null || response.getCode() >= HttpStatus.SC_SUCCESS ? 0 : interim + 1;
            if (interim > MAX_INTERIM) {
                throw new MessageConstraintException("it sends interim responses (HTTP " + response.getCode() + ") without end");
            }
            return response;
        }
    }
}
