package io.github.camelroboflow.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.spi.PropertiesComponent;

/**
 * The sample images that are put into the inbox on the very first start, which is when there is no inbox yet. Only where all is as
 * shipped, so that none of them reaches a receiver of the user's.
 */
final class Samples {

    private final CamelContext context;
    private final Path inbox;
    private final Path directory;
    private final boolean wanted;

    private Samples(CamelContext context, Path inbox, Path directory, boolean wanted) {
        this.context = context;
        this.inbox = inbox;
        this.directory = directory;
        this.wanted = wanted;
    }

    /** To be called before the routes start, since they make the inbox. */
    static Samples of(CamelContext context) {
        PropertiesComponent properties = context.getPropertiesComponent();
        Path inbox = Path.of(properties.resolveProperty("inbox").orElse("data/inbox"));
        Path directory = Path.of(properties.resolveProperty("samples.directory").orElse("config/samples"));
        boolean enabled = !"false".equalsIgnoreCase(properties.resolveProperty("samples.enabled").orElse("true").strip());
        boolean announced = !properties.resolveProperty("inbox.doneFileName").orElse("").isBlank();
        return new Samples(context, inbox, directory, enabled && !announced && Files.notExists(inbox)
                && Files.isDirectory(directory));
    }

    /** Copies the samples if this is the first start and a route watches the inbox; returns how many. */
    int putIntoInbox() {
        if (!wanted || !isWatched() || !ShippedParts.areInUse(context)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> images = files.filter(Files::isRegularFile).filter(Samples::canBeNamed).sorted().toList();
            for (Path image : images) {
                Path hidden = inbox.resolve("." + image.getFileName() + ".tmp");
                Files.copy(image, hidden, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
                Files.move(hidden, inbox.resolve(image.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
            return images.size();
        } catch (IOException e) {
            throw new UncheckedIOException("the sample images could not be copied from " + directory + " to " + inbox + ": "
                    + e.getMessage(), e);
        }
    }

    /** Without a locale, what is not plain ASCII can't be. */
    private static boolean canBeNamed(Path file) {
        try {
            return Files.exists(Path.of(file.toString()));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private boolean isWatched() {
        Path folder = inbox.toAbsolutePath().normalize();
        return context.getRoutes().stream().map(route -> route.getEndpoint()).filter(FileEndpoint.class::isInstance)
                .map(endpoint -> ((FileEndpoint) endpoint).getFile().toPath().toAbsolutePath().normalize())
                .anyMatch(folder::equals);
    }
}
