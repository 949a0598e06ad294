package io.github.camelroboflow.app;

import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.inference.ModelDescription;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;

/** Whether routes and model are those that the program came with. */
final class ShippedParts {

    /** Hash of the shipped model's weights. */
    static final String MODEL_HASH = "11e24ca4b3af3dedf0acc22581670d259bf9b48b57b7436c1d8aa665a3256a0d";

    /** The routes are beside the classes, too, to be compared with. */
    private static final String COPIES = "routes/";
    private static final String FOLDER = "file:routes/";

    private ShippedParts() {
    }

    /** To be called when the models have been opened. */
    static boolean areInUse(CamelContext context) {
        ModelCamelContext model = (ModelCamelContext) context;
        Stream<Resource> routes = model.getRouteDefinitions().stream().filter(route -> route.getTemplateParameters() == null)
                .map(RouteDefinition::getResource);
        Stream<Resource> destinations = model.getRouteTemplateDefinitions().stream().map(RouteTemplateDefinition::getResource);
        return isShippedModel(context) && Stream.concat(routes, destinations).distinct().allMatch(ShippedParts::isShipped);
    }

    private static boolean isShippedModel(CamelContext context) {
        List<String> weights = context.getEndpoints().stream().filter(RoboflowEndpoint.class::isInstance)
                .map(endpoint -> ((RoboflowEndpoint) endpoint).modelDescription().map(ModelDescription::weightsHash).orElse(""))
                .distinct().toList();
        return weights.equals(List.of(MODEL_HASH));
    }

    private static boolean isShipped(Resource file) {
        if (file == null || !file.getLocation().startsWith(FOLDER)) {
            return false;
        }
        try (InputStream shipped = ShippedParts.class.getResourceAsStream(COPIES + file.getLocation().substring(FOLDER.length()));
                InputStream used = file.getInputStream()) {
            return shipped != null && text(shipped).equals(text(used));
        } catch (IOException e) {
            return false;
        }
    }

    /** With the line ends that some tools write on Windows, a file is still the same. */
    private static String text(InputStream file) throws IOException {
        return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
