package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.route.Durations;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.camel.spi.PropertiesComponent;

/**
 * The form that a value in {@code config/application.properties} must have, whichever route runs. Those that name a service are for
 * {@link ServiceValues}, since they matter only where that service is used.
 */
final class PropertyFormats {

    /** SQS hides a message for at most so many seconds. */
    private static final long LONGEST_VISIBILITY = 43_200;
    private static final long HIGHEST_PORT = 65_535;

    private static final Map<String, BiConsumer<String, String>> FORMATS = new HashMap<>();

    static {
        put(PropertyFormats::checkFolder, "inbox", "work", "done", "failed", "results", "outbox.refused", "samples.directory",
                "camel.component.roboflow.modelsDirectory");
        put(Durations::parse, "inbox.unchangedFor");
        put(PropertyFormats::checkDuration, "inbox.delay", "s3.delay", "webhook.connectTimeout", "webhook.responseTimeout",
                "outbox.keepFor", "outbox.retryAfter", "outbox.maxRetryAfter", "outage.retryAfter", "outage.maxRetryAfter");
        put(PropertyFormats::checkRetention, "dedupe.rememberFor");
        put(number(1, Integer.MAX_VALUE), "inbox.maxAttempts", "s3.concurrency", "outbox.inFlight", "queue.timeout",
                "kafka.timeout");
        put(number(1, LONGEST_VISIBILITY), "sqs.visibilityTimeout");
        put(number(0, HIGHEST_PORT), "server.port");
        put(PropertyFormats::checkBoolean, "s3.overrideEndpoint", "s3.forcePathStyle", "sqs.overrideEndpoint", "samples.enabled");
        put(oneOf("none", "content"), "dedupe");
        put(oneOf("fail", "warn"), "conditions.unknownClasses");
        put(oneOf("power", "process"), "durability");
        put(oneOf("move", "tag", "leave"), "s3.after");
        put((name, text) -> BucketInbox.checkMaxSize(text), "s3.maxSize");
        put(PropertyFormats::checkExtensions, "inbox.extensions");
        put(PropertyFormats::checkPatterns, "inbox.include", "inbox.exclude", "s3.include", "s3.exclude");
    }

    private PropertyFormats() {
    }

    private static void put(BiConsumer<String, String> form, String... names) {
        Stream.of(names).forEach(name -> FORMATS.put(name, form));
    }

    /** All that have a value; the others have a default, or are told of by who misses them. */
    static void check(PropertiesComponent properties, ConfigurationErrors mistakes) {
        FORMATS.keySet().stream().sorted().forEach(name -> mistakes.check(() ->
                properties.resolveProperty(name).ifPresent(text -> check(name, text))));
    }

    /** @throws IllegalArgumentException if the property can't have this value */
    static void check(String name, String text) {
        FORMATS.getOrDefault(name, (any, value) -> { }).accept(name, text.strip());
    }

    private static void checkFolder(String name, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(name + " is empty: it names a folder");
        }
        try {
            Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + "=" + text + " can be no name of a folder here: " + e.getReason()
                    + "; if it is not plain ASCII, start with LC_ALL=C.UTF-8", e);
        }
    }

    private static void checkDuration(String name, String text) {
        if (Durations.parse(name, text).isZero()) {
            throw new IllegalArgumentException(name + "=" + text + " is too short: write 500 for milliseconds, 2s, or 1m30s");
        }
    }

    private static void checkRetention(String name, String text) {
        if (!text.equals("forever")) {
            Durations.parse(name, text);
        }
    }

    private static BiConsumer<String, String> number(long least, long most) {
        return (name, text) -> {
            if (!text.matches("\\d{1,18}") || Long.parseLong(text) < least || Long.parseLong(text) > most) {
                throw new IllegalArgumentException(name + "=" + text + " is no number from " + least + " to " + most);
            }
        };
    }

    private static void checkBoolean(String name, String text) {
        // Camel takes all other words for true
        oneOf("true", "false").accept(name, text.toLowerCase(Locale.ROOT));
    }

    private static BiConsumer<String, String> oneOf(String... words) {
        List<String> all = List.of(words);
        String last = all.get(all.size() - 1);
        return (name, text) -> {
            if (!all.contains(text)) {
                throw new IllegalArgumentException(name + "=" + text + ": it is "
                        + String.join(", ", all.subList(0, all.size() - 1)) + " or " + last);
            }
        };
    }

    private static void checkExtensions(String name, String text) {
        List<String> endings = Stream.of(text.split(",")).map(String::strip).filter(ending -> !ending.isEmpty()).toList();
        if (endings.isEmpty() || endings.stream().anyMatch(ending -> ending.matches(".*[./*\\s].*"))) {
            throw new IllegalArgumentException(name + "=" + text + ": it is endings without dots, separated by commas: jpg,png");
        }
    }

    private static void checkPatterns(String name, String text) {
        Stream.of(text.split(",")).map(String::strip).filter(pattern -> pattern.startsWith("/") || pattern.contains("\\"))
                .findFirst().ifPresent(pattern -> {
                    throw new IllegalArgumentException(name + "=" + text + ": nothing is ever matched by " + pattern + ", since"
                            + " names begin without a slash and have / between folders: write line-1/**,*.png");
                });
    }
}
