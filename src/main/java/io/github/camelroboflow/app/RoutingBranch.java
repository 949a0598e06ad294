package io.github.camelroboflow.app;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;

/**
 * A condition of a route with the destinations below it.
 *
 * @param condition    the condition as written; empty for destinations without one
 * @param destinations the endpoints below it
 */
record RoutingBranch(String condition, List<Endpoint> destinations) {

    private static final String LANGUAGE = "roboflow";

    /** Returns the branches of a route in their order; none if there is no such route. */
    static List<RoutingBranch> of(CamelContext context, String routeId) {
        RouteDefinition route = ((ModelCamelContext) context).getRouteDefinition(routeId);
        List<RoutingBranch> branches = new ArrayList<>();
        if (route != null) {
            add(context, route.getOutputs(), branches);
        }
        return branches;
    }

    private static void add(CamelContext context, List<ProcessorDefinition<?>> steps, List<RoutingBranch> branches) {
        for (ProcessorDefinition<?> step : steps) {
            if (step instanceof ExpressionNode node && node.getExpression() != null
                    && LANGUAGE.equals(node.getExpression().getLanguage())) {
                branches.add(new RoutingBranch(context.resolvePropertyPlaceholders(node.getExpression().getExpression()),
                        ProcessorDefinitionHelper.filterTypeInOutputs(step.getOutputs(), ToDefinition.class).stream()
                                .flatMap(to -> endpoint(context, to)).toList()));
            } else if (step instanceof ToDefinition to) {
                branches.add(new RoutingBranch("", endpoint(context, to).toList()));
            } else {
                add(context, step.getOutputs(), branches);
            }
        }
    }

    private static Stream<Endpoint> endpoint(CamelContext context, ToDefinition step) {
        return Stream.ofNullable(context.hasEndpoint(context.resolvePropertyPlaceholders(step.getEndpointUri())));
    }
}
