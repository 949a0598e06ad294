package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import io.github.camelroboflow.inference.support.MessageText.Spelling;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.spi.PropertiesComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the names of properties, except those of Camel, which checks its own. Camel ignores all others that no route uses, so a
 * misspelt one would have no effect without a message. Routes may have properties of their own.
 */
public final class KnownProperties {

    static final Set<String> NAMES = Settings.properties().stream()
            .filter(property -> property.isOurs() && !property.isRepeated()).map(Property::name)
            .collect(Collectors.toUnmodifiableSet());

    private static final Logger LOG = LoggerFactory.getLogger(KnownProperties.class);
    /** Stands for bytes that are no text. */
    private static final char UNREADABLE = '\uFFFD';
    private static final String OPTION = "camel.component.roboflow.";

    /** The number of wrong letters up to which a name counts as a misspelling of another. */
    private static final int MOST_TYPOS = 2;
    private static final int SHORT = 6;

    private KnownProperties() {
    }

    /** Refuses misspelt properties and those that can't be read, and warns of unknown ones in our groups. */
    static void check(PropertiesComponent properties, ConfigurationErrors mistakes) {
        Properties read = properties.loadProperties();
        Set<String> names = new TreeSet<>(read.stringPropertyNames());
        List.copyOf(names).forEach(name -> mistakes.check(() -> checkEncoding(name, read.getProperty(name))));
        // many are not ours, but those of Java and Maven have a dot in their names or resemble none of ours
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.indexOf('.') < 0 || isInAGroupOfOurs(name)).forEach(names::add);
        names.stream().filter(name -> !NAMES.contains(name) && !name.startsWith("camel."))
                .forEach(name -> mistakes.check(() -> check(name)));
    }

    /** The value may be secret. */
    private static void checkEncoding(String name, String value) {
        if (name.indexOf(UNREADABLE) >= 0 || value.indexOf(UNREADABLE) >= 0) {
            throw new IllegalArgumentException("the property " + name + " has characters that are not UTF-8: save"
                    + " config/application.properties as UTF-8");
        }
    }

    /** Returns the names of all properties that are set, in a file, at the start, or by an application. */
    public static Set<String> set(PropertiesComponent properties) {
        Set<String> names = new TreeSet<>(properties.loadProperties().stringPropertyNames());
        names.addAll(System.getProperties().stringPropertyNames());
        return names;
    }

    private static void check(String name) {
        if (Settings.isOfWatch(name)) {
            Settings.checkOfWatch(name);
            return;
        }
        suggestion(name).ifPresent(meant -> {
            throw new IllegalArgumentException("there is no property " + name + ": did you mean " + meant + "?");
        });
        if (InferenceOption.all().stream().anyMatch(option -> option.name().equals(name))) {
            LOG.warn("The property {} has no effect, unless a route of yours uses it: the option of all models is {}{}", name,
                    OPTION, name);
        } else if (isInAGroupOfOurs(name)) {
            LOG.warn("The property {} has no effect, unless a route of yours uses it: config/application.properties has"
                    + " those that have one", name);
        }
    }

    private static boolean isInAGroupOfOurs(String name) {
        int dot = name.indexOf('.');
        return Settings.isOfWatch(name)
                || dot > 0 && NAMES.stream().anyMatch(known -> known.startsWith(name.substring(0, dot + 1)));
    }

    /** Returns our property that a name may be a misspelling of. */
    static Optional<String> suggestion(String name) {
        return NAMES.stream().sorted().filter(known -> looksLike(name, known)).findFirst();
    }

    /**
     * Returns whether a name may be a misspelling of another. Short words that differ in one letter, such as done and zone, are
     * different words, unless two neighbors are swapped.
     */
    static boolean looksLike(String name, String known) {
        return known.length() < SHORT
                ? name.length() != known.length() && Spelling.editDistance(name, known) == 1 || isSwapped(name, known)
                : Spelling.editDistance(name, known) <= MOST_TYPOS;
    }

    private static boolean isSwapped(String name, String known) {
        return IntStream.range(1, name.length()).anyMatch(i -> known.equals(name.substring(0, i - 1) + name.charAt(i)
                + name.charAt(i - 1) + name.substring(i + 1))) && !name.equals(known);
    }

    /** The option names of a component: the setters of its class and of its configuration's class. */
    public static final class OptionNames {

        private OptionNames() {
        }

        /** Returns the option that a name may be a misspelling of. */
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
