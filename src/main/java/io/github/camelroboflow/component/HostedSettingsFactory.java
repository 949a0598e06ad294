package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.http.ApiKey;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import io.github.camelroboflow.inference.support.Advice;
import io.github.camelroboflow.inference.support.SecretFile;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/**
 * Makes the settings of a client from the options of an endpoint. Equal options make equal settings, so that clients can be shared.
 */
final class HostedSettingsFactory {

    /** The name by which Roboflow's own tools look for a key. */
    static final String API_KEY_VARIABLE = "ROBOFLOW_API_KEY";

    /** Requests per second that Roboflow's hosts accept; they answer further requests with 429. */
    private static final double HOSTED_RATE = 20;

    private final CamelContext context;
    private final Map<SSLContextParameters, SSLContext> sslContexts = new IdentityHashMap<>();

    HostedSettingsFactory(CamelContext context) {
        this.context = context;
    }

    /**
     * Makes the settings of a connection. It may have no key: {@link #checkKey} is for the time when it is opened.
     *
     * @param host the server of the connection
     * @throws IllegalArgumentException naming the option that is wrong
     */
    HostedSettings settings(ConnectionConfiguration options, RoboflowHost host) {
        ApiKey key = key(options);
        double rate = options.getMaxRequestsPerSecond() != null ? options.getMaxRequestsPerSecond()
                : host.isRoboflows() ? HOSTED_RATE : 0;
        HostedSettings.Retries retries = new HostedSettings.Retries(options.getMaxRetries(),
                Duration.ofMillis(options.getRetryDelay()), Duration.ofMillis(options.getMaxRetryDelay()));
        HostedSettings.Network network = new HostedSettings.Network(
                Optional.ofNullable(options.getSslContextParameters()).map(this::sslContext),
                Optional.ofNullable(options.getHttpClientConfigurer()).map(CamelsConfigurer::new),
                Optional.ofNullable(options.getHttpClient()));
        return new HostedSettings(host, key, options.getApiKeyTransport(), Duration.ofMillis(options.getConnectTimeout()),
                Duration.ofMillis(options.getReadTimeout()), retries, rate, network);
    }

    /**
     * Returns the settings to fetch models for runtime=embedded; empty without a key.
     *
     * @throws IllegalArgumentException naming the option that is wrong
     */
    Optional<HostedSettings> platform(RoboflowConfiguration options) {
        RoboflowHost host = RoboflowHost.platform(options.getWeightsUrl(), "weightsUrl");
        if (options.getWeightsTimeout() < 1) {
            throw new IllegalArgumentException("weightsTimeout=" + options.getWeightsTimeout()
                    + " is out of range: it is a number of milliseconds, 1 or more");
        }
        return key(options).isPresent() ? Optional.of(settings(options, host)) : Optional.empty();
    }

    /** @throws IllegalArgumentException if the server requires a key and there is none */
    static void checkKey(HostedSettings settings, ConnectionConfiguration options) {
        if (!settings.key().isPresent() && settings.host().isRoboflows()) {
            throw new IllegalArgumentException(settings.host() + " wants an API key: set " + Advice.modelOption("apiKey")
                    + ", or the environment variable " + API_KEY_VARIABLE
                    + (options instanceof RoboflowConfiguration ? "; or run models in this program, with runtime=embedded" : ""));
        }
    }

    private static ApiKey key(ConnectionConfiguration options) {
        ApiKey given = new ApiKey(options.getApiKey());
        String file = options.getApiKeyFile();
        if (file == null || file.isBlank()) {
            return given.isPresent() ? given : new ApiKey(System.getenv(API_KEY_VARIABLE));
        }
        if (given.isPresent()) {
            throw new IllegalArgumentException("apiKey and apiKeyFile are both set: leave one out");
        }
        return new ApiKey(SecretFile.read("apiKeyFile", file));
    }

    private synchronized SSLContext sslContext(SSLContextParameters parameters) {
        return sslContexts.computeIfAbsent(parameters, key -> {
            try {
                return parameters.createSSLContext(context);
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalArgumentException("sslContextParameters can't be used: " + e.getMessage(), e);
            }
        });
    }

    /** A configurer that equals another one if it wraps the same configurer of Camel's. */
    private record CamelsConfigurer(HttpClientConfigurer configurer) implements HostedSettings.Configurer {

        @Override
        public void configure(HttpClientBuilder builder) {
            configurer.configureHttpClient(builder);
        }
    }
}
