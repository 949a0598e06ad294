package io.github.camelroboflow.app;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointAware;
import org.apache.camel.Ordered;
import org.apache.camel.Route;
import org.apache.camel.StartupListener;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a route for each pair of a folder and a model, if the routes have the template for them. */
final class WatchRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(WatchRoutes.class);
    private static final String TEMPLATE = "watch-folders";

    private WatchRoutes() {
    }

    static void addTo(CamelContext context, Settings settings) throws Exception {
        ModelCamelContext model = (ModelCamelContext) context;
        if (model.getRouteTemplateDefinition(TEMPLATE) != null) {
            for (Watch watch : settings.watches()) {
                model.addRouteFromTemplate(watch.route(), TEMPLATE, parameters(watch));
            }
            context.addStartupListener(new ModelOpening(settings.watches()));
        }
    }

    /**
     * Opens the models of the pairs before their routes take images. A route whose model can't be opened for a reason of its place
     * waits for it, while the others work; any other reason ends the start.
     */
    private static final class ModelOpening implements StartupListener, Ordered {

        private final List<Watch> watches;
        private boolean done;

        ModelOpening(List<Watch> watches) {
            this.watches = watches;
        }

        /** Is called when the routes are made, and takes no images yet. */
        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            if (done) {
                // for routes that start later
                return;
            }
            done = true;
            for (Watch watch : watches) {
                Optional.ofNullable(context.getRoute(watch.route())).ifPresent(route -> open(context, route));
            }
        }

        private static void open(CamelContext context, Route route) {
            Runnable opening = () -> endpoints(route).filter(RoboflowEndpoint::isLazyStartProducer)
                    .forEach(RoboflowEndpoint::openEarly);
            try {
                opening.run();
            } catch (RuntimeException | LinkageError e) {
                Optional<OutageRoutePolicy> policy = OutageRoutePolicy.of(route);
                if (policy.isEmpty() || !FailureClassifier.isOfPlace(e)) {
                    throw e;
                }
                ContextEvents.at(CamelEvent.Type.CamelContextStarted, context, () -> policy.get().suspendUntil(route, e, opening));
            }
        }

        /** Before the check of the conditions, which needs the models. */
        @Override
        public int getOrder() {
            return Ordered.HIGHEST;
        }
    }

    /** Returns the endpoints of a route that run models. */
    static Stream<RoboflowEndpoint> endpoints(Route route) {
        return route.filter("*").stream().filter(EndpointAware.class::isInstance).map(step -> ((EndpointAware) step).getEndpoint())
                .filter(RoboflowEndpoint.class::isInstance).map(RoboflowEndpoint.class::cast);
    }

    /** Returns the parameters. Their names are none of a property, which would replace them. */
    private static Map<String, Object> parameters(Watch watch) {
        Map<String, Object> parameters = new HashMap<>(Map.of("watchName", watch.name(),
                "watchInbox", watch.folders().inbox().toString(), "watchModel", watch.model()));
        watch.confidence().ifPresent(confidence -> parameters.put("watchConfidence", confidence.toString()));
        return parameters;
    }

    /** Warns of images in {@code work} that no pair takes up, since their pair is gone from the configuration. */
    static void warnOfLeftImages(Settings settings) {
        Path work = settings.inbox().work();
        if (settings.watches().isEmpty() || !Files.isDirectory(work)) {
            return;
        }
        Set<Path> known = settings.watches().stream().map(watch -> absolute(watch.folders().work())).collect(Collectors.toSet());
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(work, folder ->
                Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && !known.contains(absolute(folder)))) {
            for (Path folder : folders) {
                long images = images(folder);
                if (images > 0) {
                    LOG.warn("{} of an earlier run {} in {}, which is of no folder that is watched now: move them into an inbox",
                            images == 1 ? "An image" : images + " images", images == 1 ? "is" : "are",
                            MessageText.printable(folder.toString()));
                }
            }
        } catch (IOException e) {
            LOG.warn("{} can't be listed, so images of earlier runs may be there: {}", work, MessageText.printable(e.toString()));
        }
    }

    private static long images(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && !file.getFileName().toString().startsWith(".")).count();
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
