package io.github.camelroboflow.component;

import io.github.camelroboflow.condition.camel.LiteralConditions;
import io.github.camelroboflow.inference.ModelDescription;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.StartupListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells at the start of classes that conditions ask for and that no model has, where all models are known by then: otherwise the
 * first result will tell.
 */
final class ConditionsCheck implements StartupListener {

    private static final Logger LOG = LoggerFactory.getLogger(ConditionsCheck.class);

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        List<Optional<ModelDescription>> models = context.getEndpoints().stream().filter(ConditionsCheck::givesResults)
                .map(ConditionsCheck::model).toList();
        if (!models.isEmpty() && models.stream().allMatch(Optional::isPresent)) {
            LiteralConditions.of(context).unknownClasses(models.stream().map(Optional::get).toList()).ifPresent(LOG::warn);
        }
    }

    private static boolean givesResults(Endpoint endpoint) {
        return endpoint instanceof RoboflowEndpoint || endpoint.getEndpointUri().startsWith("roboflow-workflow:");
    }

    private static Optional<ModelDescription> model(Endpoint endpoint) {
        return endpoint instanceof RoboflowEndpoint roboflow
                ? roboflow.modelDescription().filter(model -> !model.classes().isEmpty()) : Optional.empty();
    }
}
