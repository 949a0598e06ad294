package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The type of an inference option's values: reads them from text, checks their range, and writes them.
 *
 * @param <T> the Java type of the values
 */
public final class OptionType<T> {

    static final int SMALLEST_TILE = 32;

    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(?:x(\\d{1,9}))?");

    /** A fraction from 0 to 1, written {@code 0.4} or {@code 40%}. */
    public static final OptionType<Double> FRACTION = new OptionType<>(Double.class, OptionType::fraction,
            (option, value) -> check(value >= 0 && value <= 1, option, value, "it is a fraction from 0 to 1"), Object::toString);
    /** A fraction from 0 to below 1, written {@code 0.4} or {@code 40%}. */
    public static final OptionType<Double> FRACTION_BELOW_ONE = new OptionType<>(Double.class, OptionType::fraction,
            (option, value) -> check(value >= 0 && value < 1, option, value, "it is a fraction from 0 to below 1"),
            Object::toString);
    /** A whole number, 1 or more. */
    public static final OptionType<Integer> POSITIVE_INTEGER = new OptionType<>(Integer.class, number(Integer::valueOf),
            (option, value) -> check(value >= 1, option, value, "it must be 1 or more"), Object::toString);
    /** A whole number, 1 or more. */
    public static final OptionType<Long> POSITIVE_LONG = new OptionType<>(Long.class, number(Long::valueOf),
            (option, value) -> check(value >= 1, option, value, "it must be 1 or more"), Object::toString);
    /** A number of pixels, or 0. */
    public static final OptionType<Integer> PIXELS = new OptionType<>(Integer.class, number(Integer::valueOf),
            (option, value) -> check(value >= 0, option, value, "it is a number of pixels, or 0"), Object::toString);
    public static final OptionType<Boolean> FLAG = new OptionType<>(Boolean.class, (option, text) -> Boolean.valueOf(text.strip()),
            (option, value) -> { }, Object::toString);
    /** A list of names; as text they are separated by commas. */
    @SuppressWarnings("unchecked")
    public static final OptionType<List<String>> NAMES = new OptionType<>((Class<List<String>>) (Class<?>) List.class,
            (option, text) -> names(text), (option, value) -> { }, OptionType::namesWithLengths);
    /** A time of 1 ms or more; as text it is a number of milliseconds. */
    public static final OptionType<Duration> DURATION = new OptionType<>(Duration.class,
            (option, text) -> Duration.ofMillis(number(Long::valueOf).apply(option, text)),
            (option, value) -> check(value.toMillis() >= 1, option, value.toMillis(), "it must be 1 or more"), Object::toString);
    /** A width and a height in pixels, written {@code 640x480}, {@code 640} for a square, or {@code 0} for none. */
    public static final OptionType<ImageSize> TILE = new OptionType<>(ImageSize.class, OptionType::size,
            (option, value) -> check(value.width() >= SMALLEST_TILE && value.height() >= SMALLEST_TILE
                    || value.equals(ImageSize.UNKNOWN), option, text(value), "each side has " + SMALLEST_TILE + " pixels or more"),
            OptionType::text);

    private final Class<T> javaType;
    private final BiFunction<String, String, T> parser;
    private final BiConsumer<String, T> check;
    private final Function<T, String> writer;

    private OptionType(Class<T> javaType, BiFunction<String, String, T> parser, BiConsumer<String, T> check,
                       Function<T, String> writer) {
        this.javaType = javaType;
        this.parser = parser;
        this.check = check;
        this.writer = writer;
    }

    /** Returns the type of options that are one of an enumeration's words, in any case. */
    static <E extends Enum<E>> OptionType<E> words(Class<E> words) {
        return new OptionType<>(words, (option, text) -> Arrays.stream(words.getEnumConstants())
                .filter(word -> word.toString().equals(text.strip().toLowerCase(Locale.ROOT))).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(option + "=" + text + " is no " + words.getSimpleName()
                        + ": known are " + Arrays.toString(words.getEnumConstants()))), (option, value) -> { }, Object::toString);
    }

    /** Returns whether values are written in a form that Java and Camel do not know, such as {@code 40%}. */
    public boolean hasOwnText() {
        return javaType == Double.class || javaType == List.class || javaType == ImageSize.class;
    }

    /** Returns the class of the values. */
    public Class<T> javaType() {
        return javaType;
    }

    /**
     * Reads a value.
     *
     * @param option the name of the option or header, for the message of the exception
     * @throws IllegalArgumentException naming the option, if the text is no such value
     */
    public T parse(String option, String text) {
        return parser.apply(option, text);
    }

    /** @throws IllegalArgumentException naming the option, if the value is out of range */
    void check(String option, T value) {
        if (value == null) {
            throw new IllegalArgumentException(option + " has no value");
        }
        check.accept(option, value);
    }

    /** Writes a value so that equal values have equal texts. */
    String write(T value) {
        return writer.apply(value);
    }

    private static void check(boolean inRange, String option, Object value, String range) {
        if (!inRange) {
            throw new IllegalArgumentException(option + "=" + value + " is out of range: " + range);
        }
    }

    /** Refuses a bare number above 1, since it could mean 40 % as well as a mistake. */
    private static double fraction(String option, String text) {
        String trimmed = text.strip();
        boolean percent = trimmed.endsWith("%");
        double value;
        try {
            BigDecimal number = new BigDecimal(percent ? trimmed.substring(0, trimmed.length() - 1).strip() : trimmed);
            value = (percent ? number.scaleByPowerOfTen(-2) : number).doubleValue();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + "=" + text + " is no share: write a fraction such as 0.4, or 40%");
        }
        if (value < 0 || value > 1) {
            throw new IllegalArgumentException(option + "=" + text + " is out of range: it is "
                    + (percent || value < 0 || value > 100 ? "from 0 to 1, or 0% to 100%"
                            : "a fraction; did you mean " + trimmed + "%?"));
        }
        return value;
    }

    private static <N extends Number> BiFunction<String, String, N> number(Function<String, N> parser) {
        return (option, text) -> {
            try {
                return parser.apply(text.strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(option + "=" + text + " is no whole number");
            }
        };
    }

    private static List<String> names(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    /**
     * Writes each name with its length before it, since names may hold any separator; sorted, since their order changes nothing.
     */
    private static String namesWithLengths(List<String> names) {
        return names.stream().distinct().sorted().map(name -> name.length() + ":" + name).collect(Collectors.joining(","));
    }

    private static ImageSize size(String option, String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new IllegalArgumentException(option + "=" + text + " is no size in pixels: write 640x480, or 640 for a square");
        }
        int width = Integer.parseInt(size.group(1));
        return new ImageSize(width, size.group(2) == null ? width : Integer.parseInt(size.group(2)));
    }

    private static String text(ImageSize size) {
        return size.width() + "x" + size.height();
    }
}
