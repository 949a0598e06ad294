package io.github.camelroboflow.inference.support;

import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Texts of parameters with placeholders such as <code>${image}</code>. Values are inserted as they are, and never evaluated. */
public final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^{}]*)\\}");

    private Placeholders() {
    }

    /** @throws IllegalArgumentException if the text has a placeholder with another name */
    public static void check(String text, Set<String> names) {
        PLACEHOLDER.matcher(text).results().filter(place -> !names.contains(place.group(1))).findFirst().ifPresent(place -> {
            throw new IllegalArgumentException("it has an unknown placeholder " + place.group() + ": there "
                    + (names.isEmpty() ? "is none here" : "are ")
                    + names.stream().sorted().map(name -> "${" + name + "}").collect(Collectors.joining(", ")));
        });
    }

    /** Puts values in the places of the names. */
    public static String fill(String text, UnaryOperator<String> value) {
        return PLACEHOLDER.matcher(text).replaceAll(place -> Matcher.quoteReplacement(value.apply(place.group(1))));
    }
}
