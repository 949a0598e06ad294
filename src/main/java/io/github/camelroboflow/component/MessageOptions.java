package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.support.MessageText.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.Message;

/** Reads the headers that set options for one message. Removes them, since they apply to one call only. */
final class MessageOptions {

    /** Options by header name; Camel finds headers in any case. */
    private static final Map<String, InferenceOption<?>> OPTIONS = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        InferenceOption.all().stream().filter(InferenceOption::hasHeader).forEach(option -> OPTIONS.put(
                RoboflowConstants.optionHeader(option), option));
    }

    private MessageOptions() {
    }

    /**
     * Returns the endpoint's options, changed by the options that the message sets.
     *
     * @throws IllegalArgumentException naming the header that is unknown or wrong
     */
    static InferenceOptions take(Message message, InferenceOptions endpointOptions) {
        InferenceOptions options = endpointOptions;
        for (Map.Entry<String, Object> header : take(message, RoboflowConstants.OPTION_PREFIX, OPTIONS.keySet()).entrySet()) {
            options = with(options, OPTIONS.get(header.getKey()), message, header.getKey(), header.getValue());
        }
        return options;
    }

    /**
     * Removes the headers with a prefix. Returns them by their names, which are equal in any case.
     *
     * @param known the names of the headers that set options
     * @throws IllegalArgumentException naming a header that sets no option
     */
    static Map<String, Object> take(Message message, String prefix, Set<String> known) {
        Map<String, Object> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        message.getHeaders().forEach((name, value) -> {
            if (name.regionMatches(true, 0, prefix, 0, prefix.length())) {
                given.put(name, value);
            }
        });
        given.keySet().forEach(message::removeHeader);
        for (String name : given.keySet()) {
            if (known.stream().noneMatch(name::equalsIgnoreCase)) {
                throw new IllegalArgumentException("the header " + name + " sets no option: " + Spelling.closest(name, known)
                        .map(meant -> "did you mean " + meant + "?").orElseGet(() -> "known are " + new TreeSet<>(known)));
            }
        }
        return given;
    }

    private static <T> InferenceOptions with(InferenceOptions options, InferenceOption<T> option, Message message, String header,
                                             Object value) {
        if (value instanceof List<?> names && option == InferenceOption.CLASSES) {
            return options.with(InferenceOption.CLASSES, names.stream().map(String::valueOf).toList());
        }
        return options.with(option, option.type().hasOwnText() ? option.type().parse(header, convert(message, header, value,
                String.class)) : convert(message, header, value, option.type().javaType()));
    }

    private static <T> T convert(Message message, String header, Object value, Class<T> type) {
        T converted = message.getExchange().getContext().getTypeConverter().tryConvertTo(type, message.getExchange(), value);
        if (converted == null) {
            throw new IllegalArgumentException("the header " + header + "=" + value + " is no " + type.getSimpleName()
                    + (type.isEnum() ? ": known are " + Arrays.toString(type.getEnumConstants()) : ""));
        }
        return converted;
    }
}
