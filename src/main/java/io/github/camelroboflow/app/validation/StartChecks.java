package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.app.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * All that is looked at before anything runs: what is wrong with the configuration stops the start, and never fails an image. The
 * mistakes of each of the two steps are told together.
 */
public final class StartChecks extends LifecycleStrategySupport {

    private final Supplier<Settings> settings;

    private StartChecks(Supplier<Settings> settings) {
        this.settings = settings;
    }

    /** Takes the first step, before the routes are read; returns what the properties say. */
    public static Settings checkProperties(CamelContext context) {
        ConfigurationErrors mistakes = new ConfigurationErrors();
        PropertiesComponent properties = context.getPropertiesComponent();
        SelectedRoute.leaveOutFoldersThatAreGone(properties);
        mistakes.check(() -> SelectedRoute.check(properties));
        KnownProperties.check(properties, mistakes);
        mistakes.check(() -> SecretFiles.read(properties));
        mistakes.check(() -> RefusedFolder.check(properties::resolveProperty));
        Settings.properties().forEach(property -> mistakes.check(() ->
                properties.resolveProperty(property.name()).ifPresent(property::parse)));
        mistakes.throwIfAny();
        return Settings.of(properties::resolveProperty);
    }

    /** Has the second step follow when the routes have been read, before they are made of destinations' Kamelets. */
    public static void checkRoutesOf(CamelContext context, Supplier<Settings> settings) {
        context.addLifecycleStrategy(new StartChecks(settings));
    }

    @Override
    public void onContextInitialized(CamelContext context) {
        ConfigurationErrors mistakes = new ConfigurationErrors();
        DestinationParameters values = new DestinationParameters(settings.get());
        if (sources(context).anyMatch(uri -> uri.matches("scheduler:(//)?(bucket|replay-bucket)\\b.*|aws2-sqs:.*"))) {
            values.checkBucketInbox(mistakes);
        }
        if (sources(context).anyMatch(uri -> uri.startsWith("aws2-sqs:"))) {
            values.checkEventQueue(mistakes);
        }
        new DestinationValidator((ModelCamelContext) context, values, mistakes).check();
        mistakes.throwIfAny();
    }

    private static Stream<String> sources(CamelContext context) {
        return ((ModelCamelContext) context).getRouteDefinitions().stream().filter(route -> route.getInput() != null)
                .map(route -> String.valueOf(route.getInput().getUri()));
    }

    /** The file of the folder {@code routes} that the property {@code routes} names. */
    static final class SelectedRoute {

        private static final Path FOLDER = Path.of("routes");
        private static final String ENDING = ".camel.yaml";
        /** Loaded with each of the others. */
        private static final String TABLE = "by-class";
        private static final String PATTERNS = "camel.main.routesIncludePattern";
        /** Means all files of a folder. */
        private static final Pattern FILES = Pattern.compile("file:([^*?]*)/[^/]*\\*[^/]*");

        private SelectedRoute() {
        }

        /** @throws IllegalArgumentException with the names there are, if there is none of this name */
        static void check(PropertiesComponent properties) {
            String name = properties.resolveProperty("routes").orElse("");
            String loaded = properties.resolveProperty(PATTERNS).orElse("");
            boolean isOneFile = loaded.contains("file:" + FOLDER + "/" + name + ENDING) && name.matches("[^*?]*");
            if (isOneFile && Files.isDirectory(FOLDER) && Files.notExists(FOLDER.resolve(name + ENDING))) {
                throw new IllegalArgumentException("there is no route " + name + ": there are " + names());
            }
        }

        /** Corrects a file of an earlier version, which names a folder that is no more: Camel would stop the start. */
        static void leaveOutFoldersThatAreGone(PropertiesComponent properties) {
            String patterns = properties.resolveProperty(PATTERNS).orElse("");
            String found = Stream.of(patterns.split(",")).filter(pattern -> !FILES.matcher(pattern).matches()
                    || Files.isDirectory(Path.of(FILES.matcher(pattern).replaceFirst("$1")))).collect(Collectors.joining(","));
            if (!found.equals(patterns)) {
                properties.addOverrideProperty(PATTERNS, found);
            }
        }

        private static String names() {
            try (Stream<Path> files = Files.list(FOLDER)) {
                return files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(ENDING))
                        .map(file -> file.substring(0, file.length() - ENDING.length())).filter(name -> !name.equals(TABLE))
                        .sorted()
                        .collect(Collectors.joining(", "));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The folder of results that were given up: apart from those in which images and results have names that others chose. */
    static final class RefusedFolder {

        private static final String NAME = "outbox.refused";
        private static final List<String> OF_IMAGES = List.of("inbox", "work", "done", "failed", "results");

        private RefusedFolder() {
        }

        /**
         * @param property gives the value of one of {@code config/application.properties}
         * @throws IllegalArgumentException if it is in a folder of images or results, or has one in it
         */
        static void check(Function<String, Optional<String>> property) {
            Optional<String> refused = property.apply(NAME);
            refused.ifPresent(folder -> OF_IMAGES
                    .forEach(name -> property.apply(name).ifPresent(other -> check(folder, name, other))));
        }

        private static void check(String refused, String name, String other) {
            Path folder = path(NAME, refused);
            Path images = path(name, other);
            if (folder.startsWith(images) || images.startsWith(folder)) {
                throw new IllegalArgumentException(NAME + "=" + refused + " and " + name + "=" + other
                        + " are not apart, so names of"
                        + " images could meet those of results to send again: choose another folder, such as data/refused");
            }
        }

        /** As the system sees it, as far as it is there. */
        private static Path path(String name, String value) {
            try {
                Path path = Path.of(value.strip()).toAbsolutePath().normalize();
                for (Path there = path; there != null; there = there.getParent()) {
                    Optional<Path> real = real(there);
                    if (real.isPresent()) {
                        return real.get().resolve(there.relativize(path)).normalize();
                    }
                }
                return path;
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(name + "=" + value + " is no name of a folder: " + e.getReason(), e);
            }
        }

        private static Optional<Path> real(Path path) {
            try {
                return Optional.of(path.toRealPath());
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }
}
