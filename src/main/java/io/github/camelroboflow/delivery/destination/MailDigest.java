package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.Placeholders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The images that have no mail of their own, counted in one.
 *
 * @param to      the addresses in the header
 * @param subject with placeholders
 * @param perHour the limit that the images were above
 * @param since   the time of the first image, ISO 8601 in UTC
 * @param until   the time of the last
 * @param classes the number of detections by class; {@value #OTHERS} has those of further classes
 * @param names   the names of the first images
 */
record MailDigest(String from, String to, String subject, int perHour, long images, String since, String until,
        Map<String, Long> classes, List<String> names) {

    private static final int MOST_NAMES = 10;
    private static final int MOST_CLASSES = 30;
    private static final int LONGEST_NAME = 200;
    private static final String OTHERS = "others";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    MailDigest {
        classes = bounded(classes);
        names = names.stream().limit(MOST_NAMES).map(MailDigest::shortened).toList();
    }

    private static Map<String, Long> bounded(Map<String, Long> counts) {
        Map<String, Long> bounded = new LinkedHashMap<>();
        counts.forEach((name, count) -> {
            String key = shortened(name);
            bounded.merge(bounded.size() < MOST_CLASSES || bounded.containsKey(key) ? key : OTHERS, count, Long::sum);
        });
        return bounded;
    }

    private static String shortened(String name) {
        return name.codePointCount(0, name.length()) <= LONGEST_NAME ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME)) + "…";
    }

    static MailDigest read(String json) {
        try {
            return Json.STRICT.readValue(json, MailDigest.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is no count of images: " + e.getOriginalMessage(), e);
        }
    }

    String json() {
        try {
            return Json.MAPPER.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a count of images could not be written as JSON", e);
        }
    }

    /** Returns both together, with the headers of the other. */
    MailDigest after(MailDigest earlier) {
        Map<String, Long> all = new LinkedHashMap<>(earlier.classes());
        classes.forEach((name, count) -> all.merge(name, count, Long::sum));
        List<String> first = new ArrayList<>(earlier.names());
        first.addAll(names);
        return new MailDigest(from, to, subject, perHour, earlier.images() + images, earlier.since(), until, all, first);
    }

    private String counts() {
        return classes.isEmpty() ? "nothing" : classes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> number(entry.getValue()) + " " + entry.getKey()).collect(Collectors.joining(", "));
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Returns the subject of the recipient, with the images together in the place of one. */
    String subjectLine() {
        return Placeholders.fill(subject, name -> switch (name) {
            case "image" -> imagesText();
            case "counts" -> counts();
            case "classes" -> String.join(", ", classes.keySet());
            case "count" -> number(classes.values().stream().mapToLong(Long::longValue).sum());
            case "time" -> until;
            default -> "…";
        });
    }

    private String imagesText() {
        return number(images) + (images == 1 ? " more image" : " more images");
    }

    MailContent content() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("Found", counts());
        lines.put("Images", String.join(", ", names)
                + (images > names.size() ? " and " + number(images - names.size()) + " others" : ""));
        lines.put("From", TIME.format(Instant.parse(since)));
        lines.put("To", TIME.format(Instant.parse(until)));
        lines.put("Limit", number(perHour) + " mails an hour, by perHour of kamelet:mail");
        return new MailContent(counts() + " in " + imagesText(), lines, null);
    }

    /**
     * At most so many mails an hour to one recipient. The images after them are counted in one mail more, a digest, which is sent
     * when the hour of the oldest mail is over and counts as a mail itself. Not safe for use by several threads.
     */
    static final class MailLimit {

        static final Duration HOUR = Duration.ofHours(1);

        private final int most;
        /** The times of the mails of the last hour and of the digest to come, the oldest first. */
        private final Deque<Instant> times = new ArrayDeque<>();
        private Digest open;
        private int digests;

        /**
         * A mail that counts images.
         *
         * @param due    when it is sent
         * @param number distinguishes the digests of a recipient
         * @param begun  whether it counts an image already
         */
        record Digest(Instant due, int number, boolean begun) {
        }

        MailLimit(int most) {
            this.most = most;
        }

        /**
         * Returns the digest that an image is counted in; empty if it has a mail of its own.
         *
         * @param backlog whether so many mails wait that more would come at once when the server is back
         */
        Optional<Digest> next(Instant now, boolean backlog) {
            times.removeIf(time -> !time.isAfter(now.minus(HOUR)) || time.isAfter(now.plus(HOUR)));
            if (open != null && (open.due().isAfter(now) || backlog)) {
                return Optional.of(new Digest(open.due(), open.number(), true));
            }
            open = null;
            if (times.size() < most && !backlog) {
                times.addLast(now);
                return Optional.empty();
            }
            Instant due = times.size() < most ? now.plus(HOUR) : times.removeFirst().plus(HOUR);
            times.addLast(due);
            open = new Digest(due, digests++, false);
            return Optional.of(open);
        }

        /** Notes that the last digest is sent and takes no more images. */
        void sent() {
            open = null;
        }
    }
}
