package io.github.camelroboflow.app;

import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the file of the conditions, {@code routes/by-class.camel.yaml}, into use when it has changed. The same checks as at a start
 * come first. If they find a mistake in the file, it is logged and the routes in use stay. Images wait while routes are replaced.
 *
 * <p>Camel's own reload of routes stops the old ones before it reads the new ones, and does not notice changes of mounted files.
 */
final class ConditionsReload {

    private static final Logger LOG = LoggerFactory.getLogger(ConditionsReload.class);
    private static final String ENTRY = "direct://by-class";
    private static final int SECONDS = 2;
    /** The time for the images that are in a route when it is replaced. Less than images wait for the new one, 30 seconds. */
    private static final int LONGEST_STOP = 20;

    private final CamelContext context;
    private final Path file;
    private final String location;
    private String inUse;
    private String refused = "";
    private String before;
    /** Whether the routes are stopped and not replaced yet. */
    private boolean isStopped;

    private ConditionsReload(CamelContext context, Resource resource) throws IOException {
        this.context = context;
        this.location = resource.getLocation();
        this.file = Path.of(resource.getURI());
        this.inUse = Files.readString(file);
        this.before = inUse;
    }

    /** Watches the file from now on, if the routes in use have one. */
    static void start(CamelContext context) {
        Resource resource = context.getRoutes().stream().filter(route -> ENTRY.equals(route.getEndpoint().getEndpointUri()))
                .map(Route::getSourceResource).filter(source -> source != null && source.getLocation().startsWith("file:"))
                .findFirst().orElse(null);
        if (resource == null) {
            return;
        }
        try {
            ConditionsReload reload = new ConditionsReload(context, resource);
            context.getExecutorServiceManager().newSingleThreadScheduledExecutor(reload, "roboflow-conditions")
                    .scheduleWithFixedDelay(reload::look, SECONDS, SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            LOG.warn("{} can't be read, so changes of it need a new start: {}", resource.getLocation(), e.toString());
        }
    }

    /** Reloads a text that is new and has been the same in two looks, because an editor may still be writing. */
    private void look() {
        try {
            if (isStopped) {
                restore();
            }
            String text = text();
            boolean isComplete = text.equals(before);
            before = text;
            if (isComplete && !text.equals(inUse) && !text.equals(refused) && context.isStarted()) {
                reload(text);
            }
        } catch (Exception | Error e) {
            LOG.error("{} has changed and can't be taken into use: {}", file, MessageText.printable(e.toString()));
        }
    }

    /** Returns the content of the file; that in use while the file can't be read. */
    private String text() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            LOG.debug("{} can't be read now", file, e);
            return inUse;
        }
    }

    private void restore() throws Exception {
        replace(inUse);
        isStopped = false;
    }

    private void reload(String text) throws Exception {
        List<String> mistakes;
        try (ConfigurationCheck check = new ConfigurationCheck()) {
            mistakes = check.mistakes().stream().filter(this::isAboutTheFile).toList();
        }
        if (mistakes.isEmpty()) {
            mistakes = missingEntries(text);
        }
        if (!mistakes.isEmpty()) {
            refuse(text, mistakes);
        } else if (stopRoutes()) {
            isStopped = true;
            try {
                replace(text);
                isStopped = false;
                inUse = text;
                refused = "";
                LOG.info("{} has changed and is in use now", file);
            } catch (Exception | LinkageError e) {
                refuse(text, StartError.sentences(e));
                restore();
            }
        }
    }

    private boolean isAboutTheFile(String mistake) {
        return mistake.contains(file.getFileName().toString());
    }

    private void refuse(String text, List<String> mistakes) {
        refused = text;
        LOG.error("{} has changed, but has {}, so that the routes from before the change stay in use", file,
                mistakes.size() == 1 ? "a mistake" : mistakes.size() + " mistakes");
        mistakes.forEach(LOG::error);
    }

    /** Returns a sentence for each entry of the routes in use that a text does not have: images would wait for it. */
    private List<String> missingEntries(String text) throws Exception {
        Set<String> entries = new HashSet<>();
        RoutesLoader loader = PluginHelper.getRoutesLoader(context);
        for (RoutesBuilder builder : loader.findRoutesBuilders(List.of(resource(text)))) {
            ((RouteBuilder) builder).configureRoutes(context).getRoutes().stream().filter(route -> route.getInput() != null)
                    .forEach(route -> entries.add(context.getEndpoint(route.getInput().getUri()).getEndpointUri()));
        }
        return routes().map(route -> route.getEndpoint().getEndpointUri()).filter(entry -> !entries.contains(entry))
                .map(entry -> file + ": no route begins with " + entry + " any more, and images would wait for it").toList();
    }

    private Stream<Route> routes() {
        return context.getRoutes().stream().filter(route -> route.getSourceResource() != null
                && location.equals(route.getSourceResource().getLocation()));
    }

    /** Stops the routes in use when the images in them are done. Returns false, with the routes running, if that takes too long. */
    private boolean stopRoutes() throws Exception {
        for (String id : routes().map(Route::getRouteId).toList()) {
            if (!context.getRouteController().stopRoute(id, LONGEST_STOP, TimeUnit.SECONDS, true)) {
                LOG.warn("{} has changed, and is taken into use later: a destination takes long", file);
                for (String stopped : routes().map(Route::getRouteId).toList()) {
                    context.getRouteController().startRoute(stopped);
                }
                return false;
            }
        }
        return true;
    }

    /** Replaces the routes, which are stopped, by those of a text. */
    private void replace(String text) throws Exception {
        Set<String> old = routes().map(Route::getRouteId).collect(Collectors.toSet());
        Set<String> made = PluginHelper.getRoutesLoader(context).updateRoutes(List.of(resource(text)));
        for (String id : old) {
            if (!made.contains(id) && context.getRoute(id) != null) {
                context.getRouteController().stopRoute(id);
                context.removeRoute(id);
            }
        }
    }

    private Resource resource(String text) {
        return ResourceHelper.fromString(location, text);
    }
}
