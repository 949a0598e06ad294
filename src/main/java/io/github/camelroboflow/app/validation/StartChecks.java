package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import io.github.camelroboflow.inference.support.ConfigurationException;
import io.github.camelroboflow.inference.support.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * Checks the configuration before anything runs: a mistake stops the start and never fails an image. The checks have two steps, and
 * all mistakes of a step are reported together.
 */
public final class StartChecks extends LifecycleStrategySupport {

    private final Supplier<Settings> settings;

    private StartChecks(Supplier<Settings> settings) {
        this.settings = settings;
    }

    /** Runs the first step, before the routes are read. Returns the settings. */
    public static Settings checkProperties(CamelContext context) {
        ConfigurationErrors mistakes = new ConfigurationErrors();
        PropertiesComponent properties = context.getPropertiesComponent();
        SelectedRoute.leaveOutFoldersThatAreGone(properties);
        SelectedRoute.leaveOutUnusedTable(properties);
        mistakes.check(() -> SelectedRoute.check(properties));
        KnownProperties.check(properties, mistakes);
        mistakes.check(() -> SecretFiles.read(properties));
        mistakes.check(() -> RefusedFolder.check(properties::resolveProperty));
        Set<String> names = KnownProperties.set(properties);
        Settings.properties().forEach(property -> mistakes.check(() -> check(property, properties)));
        Settings.ofWatches(names).forEach(property -> mistakes.check(() -> check(property, properties)));
        mistakes.throwIfAny();
        Settings settings = Settings.of(properties::resolveProperty, names);
        checkFolders(context, settings);
        return settings;
    }

    /**
     * Checks that the folders of named pairs are apart from each other and from those of the program.
     *
     * @throws ConfigurationException with all mistakes
     */
    public static void checkFolders(CamelContext context, Settings settings) {
        ConfigurationErrors mistakes = new ConfigurationErrors();
        String results = context.getPropertiesComponent().resolveProperty("results").orElse("data/results");
        WatchFolders.check(settings, Path.of(results), mistakes);
        mistakes.throwIfAny();
    }

    private static void check(Property<?> property, PropertiesComponent properties) {
        if (!property.isRepeated()) {
            properties.resolveProperty(property.name()).ifPresent(property::parse);
        }
    }

    /** Replaces wrong values by the shipped ones, so that a check can go on and find more mistakes. Returns the settings. */
    public static Settings replaceWrong(CamelContext context) {
        PropertiesComponent properties = context.getPropertiesComponent();
        Set<String> names = KnownProperties.set(properties);
        for (Property<?> property : Stream.concat(Settings.properties().stream(), Settings.ofWatches(names).stream()).toList()) {
            if (isWrong(() -> check(property, properties))
                    || property.name().equals(SelectedRoute.NAME) && isWrong(() -> SelectedRoute.check(properties))) {
                properties.addOverrideProperty(property.name(), property.shipped());
            }
        }
        return isWrong(() -> Settings.of(properties::resolveProperty, names)) ? Settings.of(name -> Optional.empty())
                : Settings.of(properties::resolveProperty, names);
    }

    private static boolean isWrong(Runnable check) {
        try {
            check.run();
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** Runs the second step when the routes have been read, before Camel makes routes of the Kamelets. */
    public static void checkRoutesOf(CamelContext context, Supplier<Settings> settings) {
        context.addLifecycleStrategy(new StartChecks(settings));
    }

    @Override
    public void onContextInitialized(CamelContext context) {
        checkRoutes(context, settings.get());
    }

    /**
     * Runs the second step.
     *
     * @throws ConfigurationException with all mistakes
     */
    public static void checkRoutes(CamelContext context, Settings settings) {
        ConfigurationErrors mistakes = new ConfigurationErrors();
        DestinationParameters values = new DestinationParameters(settings);
        if (sources(context).anyMatch(uri -> uri.matches("scheduler:(//)?(bucket|replay-bucket)\\b.*|aws2-sqs:.*"))) {
            values.checkBucketInbox(mistakes);
        }
        if (sources(context).anyMatch(uri -> uri.matches("scheduler:(//)?(container|replay-container)\\b.*"))) {
            values.checkContainerInbox(mistakes);
        }
        if (sources(context).anyMatch(uri -> uri.matches("scheduler:(//)?batch\\b.*"))) {
            BatchFolders.check(settings.batch(), values, mistakes);
        }
        if (sources(context).anyMatch(uri -> uri.matches("master:.*:scheduler:(//)?dispatch\\b.*"))) {
            values.checkDispatch(mistakes);
        }
        if (sources(context).anyMatch(uri -> uri.startsWith("references:"))) {
            values.checkWork(mistakes);
        }
        if (sources(context).anyMatch(uri -> uri.startsWith("aws2-sqs:"))) {
            values.checkEventQueue(mistakes);
        }
        WatchFolders.checkRoutes(context, settings, mistakes);
        new DestinationValidator((ModelCamelContext) context, values, mistakes).check();
        mistakes.throwIfAny();
    }

    private static Stream<String> sources(CamelContext context) {
        return ((ModelCamelContext) context).getRouteDefinitions().stream().filter(route -> route.getInput() != null)
                .map(route -> String.valueOf(route.getInput().getUri()));
    }

    /** Checks that the property {@code routes} names a file of the folder {@code routes}. */
    static final class SelectedRoute {

        static final String NAME = "routes";

        private static final Path FOLDER = Path.of("routes");
        private static final String ENDING = ".camel.yaml";
        /** The file that is loaded with each of the others. */
        private static final String TABLE = "by-class";
        /** The files of routes that may deliver nothing. */
        private static final Set<String> WITHOUT_TABLE = Set.of("batch", "dispatch");
        private static final String PATTERNS = "camel.main.routesIncludePattern";
        /** A pattern for all files of a folder. */
        private static final Pattern FILES = Pattern.compile("file:([^*?]*)/[^/]*\\*[^/]*");

        private SelectedRoute() {
        }

        /** @throws IllegalArgumentException if there is no such file; the message lists the names */
        static void check(PropertiesComponent properties) {
            String name = properties.resolveProperty(NAME).orElse("");
            String loaded = properties.resolveProperty(PATTERNS).orElse("");
            boolean isOneFile = loaded.contains("file:" + FOLDER + "/" + name + ENDING) && name.matches("[^*?]*");
            if (isOneFile && Files.isDirectory(FOLDER) && Files.notExists(FOLDER.resolve(name + ENDING))) {
                throw new IllegalArgumentException("there is no route " + name + ": there are " + names());
            }
        }

        /** Removes the patterns of folders that do not exist, because Camel would stop the start. */
        static void leaveOutFoldersThatAreGone(PropertiesComponent properties) {
            String patterns = properties.resolveProperty(PATTERNS).orElse("");
            String found = Stream.of(patterns.split(",")).filter(pattern -> !FILES.matcher(pattern).matches()
                    || Files.isDirectory(Path.of(FILES.matcher(pattern).replaceFirst("$1")))).collect(Collectors.joining(","));
            if (!found.equals(patterns)) {
                properties.addOverrideProperty(PATTERNS, found);
            }
        }

        /**
         * Leaves out the conditions of the watched routes for a route that delivers nothing: they would have to fit its model.
         */
        static void leaveOutUnusedTable(PropertiesComponent properties) {
            String name = properties.resolveProperty(NAME).orElse("");
            Path file = FOLDER.resolve(name + ENDING);
            String patterns = properties.resolveProperty(PATTERNS).orElse("");
            if (!WITHOUT_TABLE.contains(name) || !Files.isRegularFile(file)) {
                return;
            }
            try (Stream<String> lines = Files.lines(file)) {
                if (lines.noneMatch(line -> line.contains("direct:deliver") && !line.startsWith("#"))) {
                    properties.addOverrideProperty(PATTERNS, patterns.replace(",file:" + FOLDER + "/" + TABLE + ENDING, ""));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
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

    /** Checks the dead letter folder: it must be apart from folders whose files have names that others chose. */
    static final class RefusedFolder {

        private static final String NAME = "outbox.refused";
        private static final List<String> OF_IMAGES = List.of("inbox", "work", "done", "failed", "results");

        private RefusedFolder() {
        }

        /**
         * @param property returns the value of a property
         * @throws IllegalArgumentException if it is inside a folder of images or results, or contains one
         */
        static void check(Function<String, Optional<String>> property) {
            Optional<String> refused = property.apply(NAME);
            refused.ifPresent(folder ->
                    OF_IMAGES.forEach(name -> property.apply(name).ifPresent(other -> check(folder, name, other))));
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

        /** Returns the real path of the part that exists, with the rest appended. */
        static Path path(String name, String value) {
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

    /** Reads secrets from files, as containers mount them: {@code webhook.secretFile} and others. */
    static final class SecretFiles {

        static final String SUFFIX = "File";

        /** The properties that may be in files. The API key and the server's keys have their own options for that. */
        static final List<String> SECRETS = List.of("webhook.secret", "azure.connectionString", "queue.password", "mail.password",
                "mqtt.password", "delivery.database.password", "page.password");

        private SecretFiles() {
        }

        /**
         * Sets the properties to the contents of the files.
         *
         * @throws IllegalArgumentException if a file can't be read, or a secret is given in both ways
         */
        static void read(PropertiesComponent properties) {
            for (String secret : SECRETS) {
                String option = secret + SUFFIX;
                String file = properties.resolveProperty(option).orElse("");
                if (file.isBlank()) {
                    continue;
                }
                if (!properties.resolveProperty(secret).orElse("").isBlank()) {
                    throw new IllegalArgumentException(secret + " and " + option + " are both set: leave one out");
                }
                properties.addOverrideProperty(secret, SecretFile.read(option, file));
            }
        }
    }
}
