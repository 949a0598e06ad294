package io.github.camelroboflow.component;

import io.github.camelroboflow.component.RoboflowConfiguration.InferenceRuntime;
import io.github.camelroboflow.condition.camel.RouteConditions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.support.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.StartupListener;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.ToDynamicDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fails the start if the models can never answer a condition, or if a condition names a class that no model has. This check needs
 * all models to be known at the start; otherwise conditions are checked with the first result.
 */
public final class ConditionsCheck implements StartupListener {

    /** The property that turns the error for unknown classes into a warning. */
    static final String UNKNOWN_CLASSES = "conditions.unknownClasses";

    private static final Logger LOG = LoggerFactory.getLogger(ConditionsCheck.class);

    /** @throws ConfigurationException with a sentence for each condition that is wrong */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        List<String> mistakes = mistakes(context);
        if (!mistakes.isEmpty()) {
            throw new ConfigurationException(mistakes);
        }
    }

    /** Returns a sentence for each condition that is wrong for the models that are open. */
    public static List<String> mistakes(CamelContext context) {
        List<Endpoint> endpoints = context.getEndpoints().stream().filter(ConditionsCheck::givesResults).toList();
        List<ModelDescription> models = endpoints.stream().map(ConditionsCheck::model).flatMap(Optional::stream).toList();
        if (models.isEmpty() || models.size() < endpoints.size() || DynamicModels.areUsed(context)) {
            return List.of();
        }
        List<String> mistakes = new ArrayList<>();
        if (models.stream().map(ModelDescription::task).allMatch(Objects::nonNull)) {
            mistakes.addAll(RouteConditions.of(context).unanswerable(context, models));
        }
        if (models.stream().noneMatch(model -> model.classes().isEmpty())) {
            List<String> unknown = RouteConditions.of(context).unknownClasses(context, models);
            if (isOnlyWarned(context) || !endpoints.stream().allMatch(ConditionsCheck::isEmbedded)) {
                unknown.forEach(LOG::warn);
            } else {
                unknown.forEach(sentence -> mistakes.add(sentence + " Correct it, or set " + UNKNOWN_CLASSES + "=warn."));
            }
        }
        return mistakes;
    }

    private static boolean isOnlyWarned(CamelContext context) {
        String wanted = context.getPropertiesComponent().resolveProperty(UNKNOWN_CLASSES).orElse("fail").strip();
        if (!wanted.equals("fail") && !wanted.equals("warn")) {
            throw new IllegalArgumentException(UNKNOWN_CLASSES + "=" + wanted + " is neither fail nor warn");
        }
        return wanted.equals("warn");
    }

    private static boolean givesResults(Endpoint endpoint) {
        return endpoint instanceof RoboflowEndpoint || endpoint.getEndpointUri().startsWith("roboflow-workflow:");
    }

    private static Optional<ModelDescription> model(Endpoint endpoint) {
        return endpoint instanceof RoboflowEndpoint roboflow && roboflow.allowed().isEmpty()
                ? roboflow.modelDescription() : Optional.empty();
    }

    private static boolean isEmbedded(Endpoint endpoint) {
        RoboflowConfiguration options = ((RoboflowEndpoint) endpoint).getConfiguration();
        return options.getEngine() == null && options.getRuntime() == InferenceRuntime.EMBEDDED;
    }

    /** Finds out whether messages choose models. In that case the models are not known at the start. */
    static final class DynamicModels {

        private DynamicModels() {
        }

        static boolean areUsed(CamelContext context) {
            return ((ModelCamelContext) context).getRouteDefinitions().stream()
                    .flatMap(route -> ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)
                            .stream())
                    .anyMatch(DynamicModels::isUsed);
        }

        private static boolean isUsed(ProcessorDefinition<?> step) {
            return step instanceof ToDynamicDefinition to && String.valueOf(to.getUri()).startsWith("roboflow:")
                    || step instanceof org.apache.camel.model.ExpressionNode node && node.getExpression() != null
                            && String.valueOf(node.getExpression().getExpression()).contains("roboflow:");
        }
    }
}
