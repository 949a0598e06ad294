package io.github.camelroboflow.component.server;

import io.github.camelroboflow.server.ServerSettings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Serve models over Roboflow's HTTP API, so that programs in any language can use them as they use Roboflow's. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "roboflow-server", title = "Roboflow Server", syntax = "roboflow-server:host:port",
             consumerOnly = true, category = {Category.AI, Category.HTTP}, headersClass = RoboflowServerConstants.class)
public class RoboflowServerEndpoint extends DefaultEndpoint implements EndpointServiceLocation {

    /** Matches the option in all spellings that Camel accepts. */
    private static final Pattern KEYS = Pattern.compile("([?&](?:configuration\\.)?keys=)(RAW\\(.*?\\)|RAW\\{.*?\\}|[^&]*)",
            Pattern.CASE_INSENSITIVE);

    @UriPath(description = "The name or address of this machine to listen at; 0.0.0.0 for all. Without keys it listens on the"
                           + " loopback address only.")
    @Metadata(required = true)
    private final String host;
    @UriPath(description = "The port to listen at; 0 for any that is free.")
    @Metadata(required = true)
    private final int port;
    @UriParam
    private final RoboflowServerConfiguration configuration;

    private volatile String url;
    private volatile List<String> modelsAtStart = List.of();

    RoboflowServerEndpoint(String uri, RoboflowServerComponent component, String host, int port,
                           RoboflowServerConfiguration configuration) {
        super(uri, component);
        this.host = host;
        this.port = port;
        this.configuration = configuration;
    }

    /** @throws IllegalArgumentException naming the option that is wrong */
    ServerSettings settings() {
        return configuration.settings(host, port);
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("roboflow-server:" + host + ":" + port
                + " is a route's start, with 'from': images are sent to a server with roboflow:project/version?apiUrl=http://"
                + host + ":" + port);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        RoboflowServerConsumer consumer = new RoboflowServerConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /** Returns the URI without the keys, since Camel prints URIs. */
    @Override
    public String getEndpointUri() {
        String uri = super.getEndpointUri();
        return uri == null ? null : KEYS.matcher(uri).replaceAll("$1xxxxxx");
    }

    /**
     * @param address the address that the server listens at; {@code null} when it has stopped
     * @param models  the models that had folders then
     */
    void updateListening(String address, List<String> models) {
        url = address;
        modelsAtStart = models;
    }

    /** Returns the models that clients may use and that had folders here when the server started; none while it doesn't listen. */
    public List<String> modelsAtStart() {
        return modelsAtStart;
    }

    /** Returns the URL that the server listens at; empty while it doesn't. */
    public Optional<String> url() {
        return Optional.ofNullable(url);
    }

    /** Returns the URL that the server listens at, for Camel's tools; {@code null} while it doesn't. */
    @Override
    public String getServiceUrl() {
        return url;
    }

    @Override
    public String getServiceProtocol() {
        return "http";
    }

    /** Returns whether only programs on this machine can reach the server, since it has no keys. */
    public boolean isLocalOnly() {
        return settings().keys().isEmpty();
    }

    public String getHost() {
        return host;
    }

    public int getPort() {
        return port;
    }

    public RoboflowServerConfiguration getConfiguration() {
        return configuration;
    }
}
