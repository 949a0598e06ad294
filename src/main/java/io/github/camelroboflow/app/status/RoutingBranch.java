package io.github.camelroboflow.app.status;

import io.github.camelroboflow.delivery.source.ImageExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.spi.Language;
import org.apache.camel.support.DefaultExchange;

/**
 * A condition of a route with the destinations below it.
 *
 * @param condition    the condition as written; empty for destinations without one
 * @param destinations the endpoints below it
 */
public record RoutingBranch(String condition, List<Endpoint> destinations) {

    private static final String LANGUAGE = "roboflow";
    private static final Pattern FOLDER = Pattern.compile("\\$\\{[^{}]*" + ImageExchange.WATCH + "[^{}]*}");

    /**
     * Returns the branches of a route in their order; none if there is no such route.
     *
     * @param watch the name of the watched folder whose images may take them; empty for the only one
     */
    public static List<RoutingBranch> of(CamelContext context, String routeId, String watch) {
        RouteDefinition route = ((ModelCamelContext) context).getRouteDefinition(routeId);
        List<RoutingBranch> branches = new ArrayList<>();
        if (route != null) {
            Exchange exchange = new DefaultExchange(context);
            exchange.getMessage().setHeader(ImageExchange.WATCH, watch.isEmpty() ? null : watch);
            add(exchange, route.getOutputs(), branches);
        }
        return branches;
    }

    /** @param exchange has the header with the name of the watched folder */
    private static void add(Exchange exchange, List<ProcessorDefinition<?>> steps, List<RoutingBranch> branches) {
        CamelContext context = exchange.getContext();
        for (ProcessorDefinition<?> step : steps) {
            if (step instanceof ExpressionNode node && node.getExpression() != null
                    && LANGUAGE.equals(node.getExpression().getLanguage())) {
                branches.add(new RoutingBranch(context.resolvePropertyPlaceholders(node.getExpression().getExpression()),
                        ProcessorDefinitionHelper.filterTypeInOutputs(step.getOutputs(), ToDefinition.class).stream()
                                .flatMap(to -> endpoint(context, to)).toList()));
            } else if (step instanceof ToDefinition to) {
                branches.add(new RoutingBranch("", endpoint(context, to).toList()));
            } else if (!(step instanceof ExpressionNode node && isOfAnotherFolder(exchange, node))) {
                add(exchange, step.getOutputs(), branches);
            }
        }
    }

    /** Returns whether a step asks for the watched folder, and is not for that of the exchange, whatever the result is. */
    private static boolean isOfAnotherFolder(Exchange exchange, ExpressionNode step) {
        ExpressionDefinition expression = step.getExpression();
        if (expression == null || !"simple".equals(expression.getLanguage())) {
            return false;
        }
        String text = exchange.getContext().resolvePropertyPlaceholders(expression.getExpression());
        Language simple = exchange.getContext().resolveLanguage("simple");
        return Stream.of(text.contains("||") ? new String[] {text} : text.split("&&")).map(String::strip)
                .filter(RoutingBranch::asksForTheFolderAlone).anyMatch(part -> !simple.createPredicate(part).matches(exchange));
    }

    /** Returns whether a part of an expression can be tested without a result. */
    private static boolean asksForTheFolderAlone(String part) {
        Matcher folder = FOLDER.matcher(part);
        return folder.find() && !folder.replaceAll("").contains("${");
    }

    private static Stream<Endpoint> endpoint(CamelContext context, ToDefinition step) {
        return Stream.ofNullable(context.hasEndpoint(context.resolvePropertyPlaceholders(step.getEndpointUri())));
    }
}
