package io.github.camelroboflow.app;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.inference.ModelDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.Resource;

/**
 * The sample images that are put into the inbox at the first start, when there is no inbox yet. They are only copied with the
 * shipped configuration, so that none reaches a receiver of the user.
 */
final class Samples {

    private final CamelContext context;
    private final InboxSettings folders;
    private final Path directory;
    private final boolean wanted;

    /** Checks whether there is an inbox. Call this before the routes start, because they create it. */
    Samples(CamelContext context, Settings settings) {
        this.context = context;
        this.folders = settings.inbox();
        this.directory = settings.samples().directory();
        this.wanted = settings.samples().enabled() && settings.watches().isEmpty()
                && folders.doneFileName().isEmpty() && Files.notExists(folders.inbox())
                && Files.isDirectory(directory);
    }

    /** Copies the samples if this is the first start and a route watches the inbox. Returns their number. */
    int copyToInbox() {
        if (!wanted || !isWatched() || Files.notExists(folders.inbox()) || !ShippedConfiguration.areInUse(context)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> images = files.filter(Files::isRegularFile).filter(Samples::canBeNamed).sorted().toList();
            for (Path image : images) {
                // outside the watched folder, but on its file system
                Path temporary = folders.work().resolve(InboxStrategy.TEMPORARY + image.getFileName());
                Files.copy(image, temporary, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
                Files.move(temporary, folders.inbox().resolve(image.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
            return images.size();
        } catch (IOException e) {
            throw new UncheckedIOException("the sample images could not be copied from " + directory + " to " + folders.inbox()
                    + ": "
                    + e.getMessage(), e);
        }
    }

    /** Returns whether the system can write the name: without a locale it writes only ASCII. */
    private static boolean canBeNamed(Path file) {
        try {
            return Files.exists(Path.of(file.toString()));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private boolean isWatched() {
        Path folder = folders.inbox().toAbsolutePath().normalize();
        return context.getRoutes().stream().map(route -> route.getEndpoint()).filter(FileEndpoint.class::isInstance)
                .map(endpoint -> ((FileEndpoint) endpoint).getFile().toPath().toAbsolutePath().normalize())
                .anyMatch(folder::equals);
    }

    /** Checks whether the routes and the model are the shipped ones. */
    static final class ShippedConfiguration {

        /** The hash of the shipped model's weights. */
        static final String MODEL_HASH = "11e24ca4b3af3dedf0acc22581670d259bf9b48b57b7436c1d8aa665a3256a0d";

        /** The copies of the shipped routes on the class path. */
        private static final String COPIES = "routes/";
        private static final String FOLDER = "file:routes/";
        private static final String KAMELETS = "classpath:kamelets/";

        private ShippedConfiguration() {
        }

        /** Returns whether they are in use. Call this when the models have been opened. */
        static boolean areInUse(CamelContext context) {
            ModelCamelContext model = (ModelCamelContext) context;
            Stream<Resource> routes = model.getRouteDefinitions().stream().filter(route -> route.getTemplateParameters() == null
                    && !route.getId().equals(DeliverRoute.ID)).map(RouteDefinition::getResource);
            Stream<Resource> destinations = model.getRouteTemplateDefinitions().stream().map(RouteTemplateDefinition::getResource);
            return isShippedModel(context) && routes.distinct().allMatch(ShippedConfiguration::isShipped)
                    && destinations.distinct().allMatch(ShippedConfiguration::isShippedKamelet);
        }

        private static boolean isShippedKamelet(Resource file) {
            URL ours = ShippedConfiguration.class.getProtectionDomain().getCodeSource().getLocation();
            try {
                return file != null && file.getLocation().startsWith(KAMELETS) && file.getURL().toString().contains(ours.getPath());
            } catch (MalformedURLException e) {
                return false;
            }
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
            try (InputStream shipped = ShippedConfiguration.class.getResourceAsStream(
                    COPIES + file.getLocation().substring(FOLDER.length()));
                    InputStream used = file.getInputStream()) {
                return shipped != null && text(shipped).equals(text(used));
            } catch (IOException e) {
                return false;
            }
        }

        /** Returns a file's text with Unix line ends, because tools on Windows may change them. */
        private static String text(InputStream file) throws IOException {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        }
    }
}
