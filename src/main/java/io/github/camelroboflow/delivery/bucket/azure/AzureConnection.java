package io.github.camelroboflow.delivery.bucket.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import reactor.core.publisher.Mono;

/** The connection to a storage account, made when it is first needed. */
public final class AzureConnection {

    private static final String SUFFIX = "core.windows.net";
    /** The query of an address. The client repeats others in its messages. */
    private static final Pattern SIGNATURE = Pattern.compile("(?:[\\w%+./:=&~-]*&)?sig=[\\w%+./:=&~-]*");
    private static final String CREDENTIALS = "set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT and one of"
            + " AZURE_STORAGE_KEY and AZURE_STORAGE_SAS_TOKEN";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** The time without a byte of the request or of the response. */
    private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(60);
    /** A server that is busy or can't be reached is asked again a few times, after 0.3, 0.9 and 2.1 seconds. */
    private static final int TRIES = 4;
    private static final Duration RETRY_DELAY = Duration.ofMillis(300);
    private static final Duration LONGEST_RETRY_DELAY = Duration.ofSeconds(10);
    private static final int FIRST_ERROR = 400;

    private final AzureSettings settings;
    private BlobServiceClient blobs;
    private QueueServiceClient queues;

    /**
     * Names a storage account and a credential for it. Names and forms are those of Azure's command line.
     *
     * @param connectionString as Azure's portal shows it; blank if the others are used
     * @param account          the account's name
     * @param key              one of its keys; blank if a shared access signature is used
     * @param sasToken         a shared access signature of the account or of the container
     */
    public record AzureSettings(String connectionString, String account, String key, String sasToken) {

        /**
         * Reads the properties {@code azure.connectionString}, {@code azure.account}, {@code azure.key} and
         * {@code azure.sasToken}, or else the environment variables of Azure's command line.
         *
         * @param property returns the value of a property; {@code null} for none
         */
        public static AzureSettings of(UnaryOperator<String> property) {
            return new AzureSettings(value(property, "connectionString", "AZURE_STORAGE_CONNECTION_STRING"),
                    value(property, "account", "AZURE_STORAGE_ACCOUNT"), value(property, "key", "AZURE_STORAGE_KEY"),
                    value(property, "sasToken", "AZURE_STORAGE_SAS_TOKEN"));
        }

        private static String value(UnaryOperator<String> property, String name, String variable) {
            return Stream.of(property.apply("azure." + name), System.getenv(variable))
                    .filter(value -> value != null && !value.isBlank()).findFirst().orElse("");
        }

        /** Returns the connection string that stands for these settings, in parts. */
        Map<String, String> parts() {
            Map<String, String> parts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            if (connectionString.isBlank()) {
                parts.put("AccountName", account.strip());
                parts.put("EndpointSuffix", SUFFIX);
                parts.put("AccountKey", key.strip());
                parts.put("SharedAccessSignature", sasToken.strip().replaceFirst("^\\?", ""));
            } else {
                for (String part : connectionString.strip().split(";")) {
                    int end = part.indexOf('=');
                    parts.put(end < 0 ? part : part.substring(0, end), end < 0 ? "" : part.substring(end + 1));
                }
            }
            parts.values().removeIf(String::isBlank);
            return parts;
        }

        /** @throws IllegalArgumentException if they name no account, or no valid credential for it; the message holds none */
        public void check() {
            Map<String, String> parts = parts();
            if (parts.containsKey("UseDevelopmentStorage")) {
                return;
            }
            if (!parts.containsKey("AccountName") && !parts.containsKey("BlobEndpoint")) {
                throw new IllegalArgumentException((connectionString.isBlank() ? "there is no storage account of Azure: "
                        : "azure.connectionString names no account: ") + CREDENTIALS);
            }
            if (!parts.containsKey("AccountKey") && !parts.containsKey("SharedAccessSignature")) {
                throw new IllegalArgumentException("there are no credentials for " + server() + ": " + CREDENTIALS);
            }
            try {
                Base64.getDecoder().decode(parts.getOrDefault("AccountKey", ""));
            } catch (IllegalArgumentException e) {
                // the cause is left out, as it could hold a part of the key
                throw new IllegalArgumentException("the key of " + server() + " is none: it is a text in Base64, such as Azure's"
                        + " portal shows");
            }
            if (!SIGNATURE.matcher(parts.getOrDefault("SharedAccessSignature", "sig=")).matches()) {
                throw new IllegalArgumentException("the shared access signature for " + server() + " is none: it has the form"
                        + " sv=…&sig=…, as Azure's portal shows it");
            }
        }

        /** Returns the address of the account's containers, without secrets. */
        public String server() {
            return endpoint("blob", "http://127.0.0.1:10000/devstoreaccount1");
        }

        private String endpoint(String service, String development) {
            Map<String, String> parts = parts();
            String own = parts.get(service + "Endpoint");
            return parts.containsKey("UseDevelopmentStorage") ? development : own != null ? own.replaceFirst("[/?]*(\\?.*)?$", "")
                    : parts.getOrDefault("DefaultEndpointsProtocol", "https") + "://" + parts.getOrDefault("AccountName", "?") + "."
                            + service + "." + parts.getOrDefault("EndpointSuffix", SUFFIX);
        }

        /** Returns a connection string with everything that the clients need. */
        private String complete() {
            Map<String, String> parts = parts();
            StringBuilder text = new StringBuilder();
            if (!parts.containsKey("AccountKey") && !parts.containsKey("UseDevelopmentStorage")) {
                parts.put("BlobEndpoint", server());
                parts.put("QueueEndpoint", endpoint("queue", ""));
            }
            parts.forEach((name, value) -> text.append(name).append('=').append(value).append(';'));
            return text.toString();
        }

        /** Returns the account's address: the other components are secrets. */
        @Override
        public String toString() {
            return server();
        }
    }

    /** The account that an application's properties or environment variables name, for Kamelets. No parameter holds a secret. */
    public static final class ApplicationAccount implements CamelContextAware {

        private CamelContext camelContext;

        /**
         * Makes a connection to it.
         *
         * @throws IllegalArgumentException if no account or no valid credential is named; the message holds none
         */
        AzureConnection connection() {
            AzureConnection connection = AzureConnection.of(camelContext);
            connection.settings.check();
            return connection;
        }

        @Override
        public CamelContext getCamelContext() {
            return camelContext;
        }

        @Override
        public void setCamelContext(CamelContext camelContext) {
            this.camelContext = camelContext;
        }
    }

    public AzureConnection(AzureSettings settings) {
        this.settings = settings;
    }

    /** Makes a connection to the account that an application's properties or environment variables name. */
    public static AzureConnection of(CamelContext context) {
        return new AzureConnection(AzureSettings.of(name -> context.getPropertiesComponent().resolveProperty(name).orElse(null)));
    }

    /** Returns the address of the account's containers. */
    String server() {
        return settings.server();
    }

    /** Returns the shared access signature, or an empty text if there is none. */
    String sasToken() {
        return settings.parts().getOrDefault("SharedAccessSignature", "");
    }

    /** @throws IllegalArgumentException if the settings name no account or no valid credential */
    synchronized BlobServiceClient blobs() {
        if (blobs == null) {
            settings.check();
            blobs = new BlobServiceClientBuilder().connectionString(settings.complete()).httpClient(http()).retryOptions(retries())
                    .buildClient();
        }
        return blobs;
    }

    /** @throws IllegalArgumentException if the settings name no account or no valid credential */
    synchronized QueueServiceClient queues() {
        if (queues == null) {
            settings.check();
            queues = new QueueServiceClientBuilder().connectionString(settings.complete()).httpClient(http())
                    .retryOptions(retries()).buildClient();
        }
        return queues;
    }

    private static HttpClient http() {
        return new ErrorKeepingClient(new JdkHttpClientBuilder().connectionTimeout(CONNECT_TIMEOUT).writeTimeout(SILENCE_TIMEOUT)
                .responseTimeout(SILENCE_TIMEOUT).readTimeout(SILENCE_TIMEOUT).build());
    }

    /** Keeps the bodies of errors, which Azure's library reads twice before it tries a download again. The JDK permits one read. */
    private record ErrorKeepingClient(HttpClient client) implements HttpClient {

        @Override
        public Mono<HttpResponse> send(HttpRequest request) {
            return send(request, Context.NONE);
        }

        @Override
        public Mono<HttpResponse> send(HttpRequest request, Context context) {
            return client.send(request, context)
                    .map(response -> response.getStatusCode() < FIRST_ERROR ? response : response.buffer());
        }

        @Override
        public HttpResponse sendSync(HttpRequest request, Context context) {
            return client.sendSync(request, context);
        }
    }

    private static RequestRetryOptions retries() {
        return new RequestRetryOptions(RetryPolicyType.EXPONENTIAL, TRIES, (Duration) null, RETRY_DELAY, LONGEST_RETRY_DELAY, null);
    }

    /** Forgets the clients, whose connections close when nothing refers to them; the next that are asked for are others. */
    synchronized void close() {
        blobs = null;
        queues = null;
    }
}
