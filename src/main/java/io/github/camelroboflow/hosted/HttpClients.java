package io.github.camelroboflow.hosted;

import java.net.ProxySelector;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** Builds the HTTP client that settings describe. */
final class HttpClients {

    private HttpClients() {
    }

    static PoolingHttpClientConnectionManager connections(HostedSettings settings) {
        PoolingHttpClientConnectionManagerBuilder connections = PoolingHttpClientConnectionManagerBuilder.create()
                // so that a refusal is heard while the image is still being sent
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .responseOutOfOrderStrategy(MonitoringResponseOutOfOrderStrategy.INSTANCE).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                        .setSocketTimeout(Timeout.of(settings.readTimeout()))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1)).build());
        settings.network().sslContext()
                .ifPresent(context -> connections.setTlsSocketStrategy(new DefaultClientTlsStrategy(context)));
        return connections.build();
    }

    /** For requests by a client of the user's own: as it has it, but for redirects and the time. */
    static RequestConfig requestConfig(HttpClient own, HostedSettings settings) {
        RequestConfig theirs = own instanceof Configurable configurable ? configurable.getConfig() : null;
        return (theirs == null ? RequestConfig.custom() : RequestConfig.copy(theirs)).setRedirectsEnabled(false)
                .setResponseTimeout(Timeout.of(settings.readTimeout())).build();
    }

    /** Redirects, cookies and repeated requests are off: the first may carry the key elsewhere, the others are ours to decide. */
    static CloseableHttpClient client(HostedSettings settings, PoolingHttpClientConnectionManager connections) {
        HttpClientBuilder builder = HttpClientBuilder.create().setConnectionManager(connections)
                .setProxySelector(ProxySelector.getDefault())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(settings.readTimeout()))
                        .setConnectionRequestTimeout(Timeout.of(settings.readTimeout())).build())
                .disableRedirectHandling().disableCookieManagement().disableAuthCaching().disableAutomaticRetries()
                .setUserAgent("camel-roboflow");
        settings.network().configurer().ifPresent(configurer -> configurer.configure(builder));
        return builder.build();
    }
}
