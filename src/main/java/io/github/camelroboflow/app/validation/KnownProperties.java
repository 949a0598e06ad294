package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.app.settings.Property;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.inference.support.MessageText.Spelling;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.PropertiesComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The properties of {@code config/application.properties} but those of Camel, which checks its own. Camel passes over all others
 * that no route asks for, so a misspelt one would have no effect, and nobody would be told. Routes may have some of their own.
 */
public final class KnownProperties {

    static final Set<String> NAMES = Settings.properties().stream().filter(Property::isOurs).map(Property::name)
            .collect(Collectors.toUnmodifiableSet());

    private static final Logger LOG = LoggerFactory.getLogger(KnownProperties.class);

    /** How many letters may be wrong for a name to be taken for another. */
    private static final int MOST_TYPOS = 2;
    private static final int SHORT = 6;

    private KnownProperties() {
    }

    /** Tells of misspelt ones, and warns of others in our groups that are none of ours. */
    static void check(PropertiesComponent properties, ConfigurationErrors mistakes) {
        Set<String> names = new TreeSet<>(properties.loadProperties().stringPropertyNames());
        // many of them are not for us; but those of Java and Maven have a dot in their names, or are like none of ours
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.indexOf('.') < 0 || isInAGroupOfOurs(name)).forEach(names::add);
        names.stream().filter(name -> !NAMES.contains(name) && !name.startsWith("camel."))
                .forEach(name -> mistakes.check(() -> check(name)));
    }

    private static void check(String name) {
        suggestion(name).ifPresent(meant -> {
            throw new IllegalArgumentException("there is no property " + name + ": did you mean " + meant + "?");
        });
        if (isInAGroupOfOurs(name)) {
            LOG.warn("The property {} has no effect, unless a route of yours uses it: config/application.properties has"
                    + " those that have one", name);
        }
    }

    private static boolean isInAGroupOfOurs(String name) {
        int dot = name.indexOf('.');
        return dot > 0 && NAMES.stream().anyMatch(known -> known.startsWith(name.substring(0, dot + 1)));
    }

    /** The property of ours that a name looks like. */
    static Optional<String> suggestion(String name) {
        return NAMES.stream().sorted().filter(known -> looksLike(name, known)).findFirst();
    }

    /**
     * Returns whether a name may be a misspelling of another; two short words that differ in a letter, such as done and zone, may
     * not.
     */
    static boolean looksLike(String name, String known) {
        return known.length() < SHORT ? name.length() != known.length() && Spelling.editDistance(name, known) == 1
                : Spelling.editDistance(name, known) <= MOST_TYPOS;
    }

    /** The options of a component, by the setters of its class and of its configuration's. */
    public static final class OptionNames {

        private OptionNames() {
        }

        /** The option that a name looks like. */
        public static Optional<String> suggestion(Object target, String name) {
            return Stream.concat(Stream.of(target.getClass()), configuration(target.getClass()).stream())
                    .flatMap(type -> Arrays.stream(type.getMethods())).flatMap(method -> option(method).stream()).distinct()
                    .sorted()
                    .filter(known -> KnownProperties.looksLike(name, known)).findFirst();
        }

        private static Optional<Class<?>> configuration(Class<?> type) {
            return Arrays.stream(type.getMethods()).filter(method -> method.getName().equals("getConfiguration"))
                    .<Class<?>>map(Method::getReturnType).findFirst();
        }

        private static Optional<String> option(Method method) {
            String name = method.getName();
            return name.length() > 3 && name.startsWith("set") && method.getParameterCount() == 1
                    ? Optional.of(Character.toLowerCase(name.charAt(3)) + name.substring(4)) : Optional.empty();
        }
    }
}
