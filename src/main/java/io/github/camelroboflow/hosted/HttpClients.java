package io.github.camelroboflow.hosted;

import io.github.camelroboflow.http.BoundedHttp;
import io.github.camelroboflow.http.JavaTls;
import io.github.camelroboflow.http.RenewableClient;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.util.Timeout;

/** Builds the HTTP client that settings describe. */
final class HttpClients {

    private HttpClients() {
    }

    /** @param places how many connections it may have */
    static RenewableClient.Made make(HostedSettings settings, int places) {
        HttpClient own = settings.network().client().orElse(null);
        if (own != null) {
            return new RenewableClient.Made(own, null);
        }
        PoolingHttpClientConnectionManager connections = BoundedHttp.connections(
                // so that a refusal is heard while the image is still being sent
                BoundedHttp.factory().responseOutOfOrderStrategy(MonitoringResponseOutOfOrderStrategy.INSTANCE),
                SystemDefaultDnsResolver.INSTANCE, settings.network().sslContext().orElseGet(JavaTls::context),
                settings.connectTimeout(), settings.readTimeout()).setMaxConnTotal(places).setMaxConnPerRoute(places).build();
        HttpClientBuilder builder = BoundedHttp.byProxies(BoundedHttp.client(connections, settings.readTimeout()));
        settings.network().configurer().ifPresent(configurer -> configurer.configure(builder));
        return new RenewableClient.Made(builder.build(), connections);
    }

    /** For requests by a client of the user's own: as it has it, but for redirects and the time. */
    static RequestConfig requestConfig(HttpClient own, HostedSettings settings) {
        RequestConfig theirs = own instanceof Configurable configurable ? configurable.getConfig() : null;
        return (theirs == null ? RequestConfig.custom() : RequestConfig.copy(theirs)).setRedirectsEnabled(false)
                .setResponseTimeout(Timeout.of(settings.readTimeout())).build();
    }
}
