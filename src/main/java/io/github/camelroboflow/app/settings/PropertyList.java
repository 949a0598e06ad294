package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.delivery.route.Durations;
import io.github.camelroboflow.inference.OptionType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A part of the properties in the order of the file, and the forms of their values. */
final class PropertyList {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);
    private static final String FOREVER = "forever";
    private static final String UNLIMITED = "unlimited";
    private static final int SECONDS_OF_DAY = 86_400;

    private final List<Property<?>> properties = new ArrayList<>();

    List<Property<?>> properties() {
        return List.copyOf(properties);
    }

    private <T> Property<T> add(String name, String shipped, String comment, BiFunction<String, String, T> form) {
        return addUnstripped(name, shipped, comment, (option, text) -> form.apply(option, text.strip()));
    }

    private <T> Property<T> addUnstripped(String name, String shipped, String comment, BiFunction<String, String, T> form) {
        Property<T> property = new Property<>(name, shipped, form, comment);
        properties.add(property);
        return property;
    }

    Property<String> text(String name, String shipped, String comment) {
        return add(name, shipped, comment, (any, text) -> text);
    }

    /** Declares a share such as 0.4 or 40%. */
    Property<Double> fraction(String name, String shipped, String comment) {
        return add(name, shipped, comment, OptionType.FRACTION::parse);
    }

    /** Declares a text that may begin and end with spaces. */
    Property<String> secret(String name, String shipped, String comment) {
        return addUnstripped(name, shipped, comment, (any, text) -> text);
    }

    Property<Path> folder(String name, String shipped, String comment) {
        return add(name, shipped, comment, PropertyList::folder);
    }

    private static Path folder(String name, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(name + " is empty: it names a folder");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + "=" + text + " can be no name of a folder here: " + e.getReason()
                    + "; if it is not plain ASCII, start with LC_ALL=C.UTF-8", e);
        }
    }

    Property<Duration> durationOrNone(String name, String shipped, String comment) {
        return add(name, shipped, comment, Durations::parse);
    }

    Property<Duration> duration(String name, String shipped, String comment) {
        return add(name, shipped, comment, (option, text) -> {
            Duration duration = Durations.parse(option, text);
            if (duration.isZero()) {
                throw new IllegalArgumentException(option + "=" + text + " is too short: write 500 for milliseconds, 2s, or 1m30s");
            }
            return duration;
        });
    }

    /** Declares a time that may be {@value #FOREVER}, which is 0. */
    Property<Duration> retention(String name, String shipped, String comment) {
        return add(name, shipped, comment, (option, text) -> text.equals(FOREVER) ? Duration.ZERO : Durations.parse(option, text));
    }

    /** Declares the age from which files are removed; {@value #FOREVER} is 0. */
    Property<Duration> keepFor(String name, String comment) {
        return add(name, FOREVER, comment, (option, text) -> {
            Duration age = text.equals(FOREVER) ? Duration.ZERO : Durations.parse(option, text);
            if (age.isZero() && !text.equals(FOREVER)) {
                throw new IllegalArgumentException(option + "=" + text + " would remove everything at once: write 30d, 12h or"
                        + " forever");
            }
            return age;
        });
    }

    /** Declares the size above which files are removed; {@value #UNLIMITED} is {@link Long#MAX_VALUE}. */
    Property<Long> keepSize(String name, String comment) {
        return add(name, UNLIMITED, comment, (option, text) -> {
            long size = text.equals(UNLIMITED) ? Long.MAX_VALUE : bytes(option, text);
            if (size == 0) {
                throw new IllegalArgumentException(option + "=" + text + " would remove everything: write 500GB or unlimited");
            }
            return size;
        });
    }

    Property<Integer> number(String name, String shipped, int least, int most, String comment) {
        return add(name, shipped, comment, (option, text) -> number(option, text, least, most));
    }

    private static int number(String name, String text, int least, int most) {
        if (!text.matches("\\d{1,18}") || Long.parseLong(text) < least || Long.parseLong(text) > most) {
            throw new IllegalArgumentException(name + "=" + text + " is no number from " + least + " to " + most);
        }
        return Integer.parseInt(text);
    }

    /** Declares a time in whole seconds, at most a day; 0 stands for never. */
    Property<Duration> seconds(String name, String shipped, String comment) {
        return add(name, shipped, comment, (option, text) -> Duration.ofSeconds(number(option, text, 0, SECONDS_OF_DAY)));
    }

    /** Declares true or false, in any case: Camel takes all other words for true. */
    Property<Boolean> yesOrNo(String name, String shipped, String comment) {
        return add(name, shipped, comment, (option, text) -> choose(option, text.toLowerCase(Locale.ROOT), List.of(true, false)));
    }

    /** Declares one of some constants, by its name in small letters. */
    <E extends Enum<E>> Property<E> choice(String name, String shipped, E[] constants, String comment) {
        return add(name, shipped, comment, (option, text) -> choose(option, text, List.of(constants)));
    }

    private static <T> T choose(String name, String text, List<T> choices) {
        List<String> words = choices.stream().map(choice -> choice.toString().toLowerCase(Locale.ROOT)).toList();
        int chosen = words.indexOf(text);
        if (chosen < 0) {
            int last = words.size() - 1;
            throw new IllegalArgumentException(name + "=" + text + ": it is " + String.join(", ", words.subList(0, last)) + " or "
                    + words.get(last));
        }
        return choices.get(chosen);
    }

    Property<Long> size(String name, String shipped, String comment) {
        return add(name, shipped, comment, PropertyList::bytes);
    }

    private static long bytes(String name, String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException(name + "=" + text + " is no size: write 300MB, or a number of bytes");
        }
        return Long.parseLong(size.group(1)) * switch (size.group(2) == null ? "B" : size.group(2).toUpperCase(Locale.ROOT)) {
            case "KB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            default -> 1L;
        };
    }

    Property<String> extensions(String name, String shipped, String comment) {
        return add(name, shipped, comment, (option, text) -> {
            List<String> endings = parts(text).filter(ending -> !ending.isEmpty()).toList();
            if (endings.isEmpty() || endings.stream().anyMatch(ending -> ending.matches(".*[./*\\s].*"))) {
                throw new IllegalArgumentException(option + "=" + text + ": it is endings without dots, separated by commas:"
                        + " jpg,png");
            }
            return text;
        });
    }

    /** Declares values that are separated by commas; each counts once. */
    <T> Property<List<T>> list(String name, String shipped, Function<String, T> form, String comment) {
        return add(name, shipped, comment, (option, text) -> {
            try {
                return parts(text).filter(part -> !part.isEmpty()).map(form).distinct().toList();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(option + "=" + text + ": " + e.getMessage(), e);
            }
        });
    }

    Property<String> patterns(String name, String shipped, String comment) {
        return add(name, shipped, comment, (option, text) -> {
            parts(text).filter(pattern -> pattern.startsWith("/") || pattern.contains("\\")).findFirst().ifPresent(pattern -> {
                throw new IllegalArgumentException(option + "=" + text + ": nothing is ever matched by " + pattern + ", since"
                        + " names begin without a slash and have / between folders: write line-1/**,*.png");
            });
            return text;
        });
    }

    private static Stream<String> parts(String text) {
        return Stream.of(text.split(",")).map(String::strip);
    }

    /**
     * Reads the values of properties.
     *
     * @param text returns the configured text of a property
     */
    record PropertyValues(Function<String, Optional<String>> text) {

        /** @throws IllegalArgumentException if the property has a wrong value */
        <T> T get(Property<T> property) {
            return property.parse(text.apply(property.name()).orElseGet(property::defaultText));
        }
    }
}
