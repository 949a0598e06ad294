package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.support.MessageText.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        Map<String, Object> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        message.getHeaders().forEach((name, value) -> {
            if (name.regionMatches(true, 0, RoboflowConstants.OPTION_PREFIX, 0, RoboflowConstants.OPTION_PREFIX.length())) {
                given.put(name, value);
            }
        });
        given.keySet().forEach(message::removeHeader);
        InferenceOptions options = endpointOptions;
        for (Map.Entry<String, Object> header : given.entrySet()) {
            InferenceOption<?> option = OPTIONS.get(header.getKey());
            if (option == null) {
                throw new IllegalArgumentException("the header " + header.getKey() + " sets no option: "
                        + Spelling.closest(header.getKey(), OPTIONS.keySet()).map(meant -> "did you mean " + meant + "?")
                        .orElse("known are " + OPTIONS.keySet()));
            }
            options = with(options, option, message, header.getKey(), header.getValue());
        }
        return options;
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
