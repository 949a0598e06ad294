package io.github.camelroboflow.component.server;

import io.github.camelroboflow.condition.camel.ConditionPlugin.CamelVersion;
import io.github.camelroboflow.condition.camel.ConditionPlugin.SensitiveNames;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** Serves models over Roboflow's HTTP API: {@code roboflow-server:0.0.0.0:9001}. */
@Component("roboflow-server")
public class RoboflowServerComponent extends DefaultComponent {

    @Metadata(description = "The defaults of all endpoints.")
    private RoboflowServerConfiguration configuration = new RoboflowServerConfiguration();

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        int colon = remaining.lastIndexOf(':');
        if (colon < 1 || !remaining.substring(colon + 1).matches("\\d{1,5}")) {
            throw new IllegalArgumentException("roboflow-server:" + remaining + " names no host and port: write"
                    + " roboflow-server:localhost:9001, or roboflow-server:0.0.0.0:9001 for all of this machine's addresses");
        }
        RoboflowServerConfiguration copy = configuration.copy();
        RoboflowServerEndpoint endpoint = new RoboflowServerEndpoint(uri, this, remaining.substring(0, colon),
                Integer.parseInt(remaining.substring(colon + 1)), copy);
        setProperties(endpoint, parameters);
        endpoint.settings();
        return endpoint;
    }

    @Override
    protected void doBuild() throws Exception {
        CamelVersion.check(getCamelContext());
        // again: Camel Main replaces the names by those of the application, if it has any
        SensitiveNames.mask(getCamelContext());
        super.doBuild();
    }

    public RoboflowServerConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(RoboflowServerConfiguration configuration) {
        this.configuration = configuration;
    }
}
