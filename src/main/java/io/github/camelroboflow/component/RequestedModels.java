package io.github.camelroboflow.component;

import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.ToDynamicDefinition;

/** Whether messages choose models: then it is not known at the start which ones there will be. */
final class RequestedModels {

    private RequestedModels() {
    }

    static boolean areChosen(CamelContext context) {
        return ((ModelCamelContext) context).getRouteDefinitions().stream()
                .flatMap(route -> ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class)
                        .stream())
                .anyMatch(RequestedModels::isChosen);
    }

    private static boolean isChosen(ProcessorDefinition<?> step) {
        return step instanceof ToDynamicDefinition to && String.valueOf(to.getUri()).startsWith("roboflow:")
                || step instanceof org.apache.camel.model.ExpressionNode node && node.getExpression() != null
                        && String.valueOf(node.getExpression().getExpression()).contains("roboflow:");
    }
}
