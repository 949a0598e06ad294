package io.github.camelroboflow.app;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
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
        }
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
