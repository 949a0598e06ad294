package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.http.ApiKey.KeyTransport;
import io.github.camelroboflow.inference.support.Hashes;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.hc.client5.http.classic.HttpClient;

/** The options of the connection to a server; all schemes that send requests have the same. */
@UriParams
@Configurer
public class ConnectionConfiguration implements Cloneable {

    @UriParam(label = "common,security", secret = true)
    private String apiKey;
    @UriParam(label = "security")
    private String apiKeyFile;
    @UriParam(label = "advanced", defaultValue = "auto", enums = "auto,header,query")
    private KeyTransport apiKeyTransport = KeyTransport.AUTO;
    @UriParam(label = "advanced", defaultValue = "10s", javaType = "java.time.Duration")
    private long connectTimeout = 10_000;
    @UriParam(label = "advanced", defaultValue = "1m", javaType = "java.time.Duration")
    private long readTimeout = 60_000;
    @UriParam(label = "common", defaultValue = "3")
    private int maxRetries = 3;
    @UriParam(label = "advanced", defaultValue = "1s", javaType = "java.time.Duration")
    private long retryDelay = 1000;
    @UriParam(label = "advanced", defaultValue = "30s", javaType = "java.time.Duration")
    private long maxRetryDelay = 30_000;
    @UriParam(label = "common")
    private Double maxRequestsPerSecond;
    @UriParam(label = "security")
    private SSLContextParameters sslContextParameters;
    @UriParam(label = "advanced")
    @Metadata(autowired = false)
    private HttpClientConfigurer httpClientConfigurer;
    @UriParam(label = "advanced")
    @Metadata(autowired = false)
    private HttpClient httpClient;

    /** Returns a copy that can be changed without changing this object. */
    protected ConnectionConfiguration copy() {
        try {
            return (ConnectionConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getApiKey() {
        return apiKey;
    }

    /**
     * The API key of the workspace. By default the key of the roboflow component, or else the environment variable
     * ROBOFLOW_API_KEY. Roboflow's own servers require a key.
     */
    public void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    public String getApiKeyFile() {
        return apiKeyFile;
    }

    /**
     * A file that holds only the API key, such as a secret that a container mounts; use it instead of apiKey. It is read at the
     * start.
     */
    public void setApiKeyFile(String apiKeyFile) {
        this.apiKeyFile = apiKeyFile;
    }

    public KeyTransport getApiKeyTransport() {
        return apiKeyTransport;
    }

    /**
     * The way to send the key: header is Authorization: Bearer, query is the parameter api_key, which servers before 1.5.0 require;
     * auto is query for Roboflow's older hosts and header for all others.
     */
    public void setApiKeyTransport(KeyTransport apiKeyTransport) {
        this.apiKeyTransport = apiKeyTransport;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    /** The longest time to connect to the server. */
    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getReadTimeout() {
        return readTimeout;
    }

    /**
     * The longest time without data from the server, before its answer or within it. A model that was not used for a while takes
     * some seconds to load.
     */
    public void setReadTimeout(long readTimeout) {
        this.readTimeout = readTimeout;
    }

    public int getMaxRetries() {
        return maxRetries;
    }

    /**
     * The number of retries of a request after a failure that may pass: HTTP status 408, 429, 500, 502, 503 or 504, or a broken
     * connection. All tries end within requestTimeout.
     */
    public void setMaxRetries(int maxRetries) {
        this.maxRetries = maxRetries;
    }

    public long getRetryDelay() {
        return retryDelay;
    }

    /**
     * The longest random wait before the first retry; it doubles for each further retry. The wait that a server requests
     * (Retry-After) is added to it.
     */
    public void setRetryDelay(long retryDelay) {
        this.retryDelay = retryDelay;
    }

    public long getMaxRetryDelay() {
        return maxRetryDelay;
    }

    /** The longest random wait before any retry. */
    public void setMaxRetryDelay(long maxRetryDelay) {
        this.maxRetryDelay = maxRetryDelay;
    }

    public Double getMaxRequestsPerSecond() {
        return maxRequestsPerSecond;
    }

    /**
     * The number of requests that begin in a second, evenly spaced, for all endpoints with equal connection options; 0 is no limit.
     * The default is 20 for Roboflow's own servers, which refuse more, and no limit for others.
     */
    public void setMaxRequestsPerSecond(Double maxRequestsPerSecond) {
        this.maxRequestsPerSecond = maxRequestsPerSecond;
    }

    public SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    /** Keys and trusted certificates for https. */
    public void setSslContextParameters(SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public HttpClientConfigurer getHttpClientConfigurer() {
        return httpClientConfigurer;
    }

    /** Changes the HTTP client before it is built, for instance to use a proxy. */
    public void setHttpClientConfigurer(HttpClientConfigurer httpClientConfigurer) {
        this.httpClientConfigurer = httpClientConfigurer;
    }

    public HttpClient getHttpClient() {
        return httpClient;
    }

    /** An HTTP client of your own; it is never closed by the component. */
    public void setHttpClient(HttpClient httpClient) {
        this.httpClient = httpClient;
    }

    /** Masks API keys in endpoint URIs, so that URIs can be printed. */
    static final class UriMask {

        /** Matches the option in all spellings that Camel accepts. */
        private static final Pattern KEY = Pattern.compile("([?&](?:configuration\\.)?api-?key=)(RAW\\(.*?\\)|RAW\\{.*?\\}|[^&]*)",
                Pattern.CASE_INSENSITIVE);

        private UriMask() {
        }

        /** Replaces an API key in the URI by the first digits of its hash. */
        static String maskApiKey(String uri) {
            return uri == null ? null : KEY.matcher(uri).replaceAll(found -> found.group(1) + hash(found));
        }

        private static String hash(MatchResult found) {
            return HexFormat.of().formatHex(Hashes.sha256(found.group(2)), 0, 4);
        }
    }
}
