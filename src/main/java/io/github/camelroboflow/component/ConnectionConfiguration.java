package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.http.ApiKey.KeyTransport;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

/** The options by which a server is reached; the same for all schemes that ask one. */
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

    /** A copy that may be changed without changing this. */
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
     * The API key of the workspace. Without it, that of the roboflow component is used, or else the environment variable
     * ROBOFLOW_API_KEY. Roboflow's own servers want one.
     */
    public void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    public String getApiKeyFile() {
        return apiKeyFile;
    }

    /** A file that holds nothing but the API key, as containers mount secrets; instead of apiKey. It is read at the start. */
    public void setApiKeyFile(String apiKeyFile) {
        this.apiKeyFile = apiKeyFile;
    }

    public KeyTransport getApiKeyTransport() {
        return apiKeyTransport;
    }

    /**
     * How the key is sent: header is Authorization: Bearer, query the parameter api_key, which servers before 1.5.0 want; auto
     * is query for Roboflow's older hosts and header for all others.
     */
    public void setApiKeyTransport(KeyTransport apiKeyTransport) {
        this.apiKeyTransport = apiKeyTransport;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    /** How long connecting to the server may take. */
    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getReadTimeout() {
        return readTimeout;
    }

    /**
     * How long the server may send nothing, before its answer or within it. A model that was not used for a while takes some
     * seconds to load.
     */
    public void setReadTimeout(long readTimeout) {
        this.readTimeout = readTimeout;
    }

    public int getMaxRetries() {
        return maxRetries;
    }

    /**
     * How often a request is tried again after it failed in a way that may pass: HTTP status 408, 429, 500, 502, 503 or 504,
     * or a broken connection. All of it happens within requestTimeout.
     */
    public void setMaxRetries(int maxRetries) {
        this.maxRetries = maxRetries;
    }

    public long getRetryDelay() {
        return retryDelay;
    }

    /**
     * The longest random wait before the first new try; doubled for each further one. A server's own wish to wait (Retry-
     * After) is added to it.
     */
    public void setRetryDelay(long retryDelay) {
        this.retryDelay = retryDelay;
    }

    public long getMaxRetryDelay() {
        return maxRetryDelay;
    }

    /** The longest random wait before any new try. */
    public void setMaxRetryDelay(long maxRetryDelay) {
        this.maxRetryDelay = maxRetryDelay;
    }

    public Double getMaxRequestsPerSecond() {
        return maxRequestsPerSecond;
    }

    /**
     * How many requests are begun in a second, evenly spaced, by all endpoints whose options for the connection are equal; 0 is no
     * limit. 20 by default for Roboflow's own servers, which refuse more, and no limit for others.
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

    /** Changes the HTTP client before it is built, to send by a proxy for instance. */
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

    /** Endpoint URIs that may be shown to anyone. */
    static final class UriMask {

        /** In all the spellings that Camel takes for the option. */
        private static final Pattern KEY = Pattern.compile("([?&](?:configuration\\.)?api-?key=)(RAW\\(.*?\\)|RAW\\{.*?\\}|[^&]*)",
                Pattern.CASE_INSENSITIVE);

        private UriMask() {
        }

        /** The URI with the first digits of a hash in the place of an API key. */
        static String maskApiKey(String uri) {
            return uri == null ? null : KEY.matcher(uri).replaceAll(found -> found.group(1) + hash(found));
        }

        private static String hash(MatchResult found) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(found.group(2).getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest, 0, 4);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
