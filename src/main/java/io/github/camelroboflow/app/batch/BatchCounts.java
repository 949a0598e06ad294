package io.github.camelroboflow.app.batch;

import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.support.MessageText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Counts of the findings of a batch, in bounded memory. Not thread-safe. */
final class BatchCounts {

    /** The columns of the histogram, each of five hundredths. */
    static final int COLUMNS = 20;
    /** The number of failures that a person is told one by one; {@code results.csv} has all. */
    static final int MOST_FAILURES = 100;
    /** The number of classes in the table; {@code report.html} has all. */
    private static final int MOST_CLASSES = 30;
    private static final int WIDEST_NAME = 40;

    private final Map<String, OfClass> classes = new TreeMap<>();
    private final long[] histogram = new long[COLUMNS];
    private final List<ResultLine> failures = new ArrayList<>();
    private long done;
    private long failed;
    private long empty;

    /** The findings of one class. */
    static final class OfClass {

        private long images;
        private long findings;
        private double confidence;

        long images() {
            return images;
        }

        long findings() {
            return findings;
        }

        /** Returns the mean confidence, 0 to 1. */
        double confidence() {
            return confidence / findings;
        }
    }

    void add(ResultLine line) {
        if (line.isFailure()) {
            failed++;
            if (failures.size() < MOST_FAILURES) {
                failures.add(line);
            }
        } else {
            done++;
            add(line.result());
        }
    }

    private void add(Inference result) {
        if (result.findings().isEmpty()) {
            empty++;
        }
        for (Finding finding : result.findings()) {
            OfClass of = classes.computeIfAbsent(finding.className(), name -> new OfClass());
            of.findings++;
            of.confidence += finding.confidence();
            histogram[Math.min(COLUMNS - 1, (int) (finding.confidence() * COLUMNS))]++;
        }
        result.counts().keySet().forEach(name -> classes.get(name).images++);
    }

    long done() {
        return done;
    }

    long failed() {
        return failed;
    }

    long ended() {
        return done + failed;
    }

    /** Returns the number of images in which nothing was found. */
    long empty() {
        return empty;
    }

    /** Returns the first failures. */
    List<ResultLine> failures() {
        return List.copyOf(failures);
    }

    /** Returns the number of findings by confidence, from 0 on. */
    long[] histogram() {
        return histogram.clone();
    }

    /** Returns the classes, the most frequent first. */
    List<Entry<String, OfClass>> classes() {
        return classes.entrySet().stream()
                .sorted(Comparator.comparingLong((Entry<String, OfClass> entry) -> entry.getValue().findings).reversed()).toList();
    }

    /** Returns a table of the classes for a terminal; without lines if nothing was found. */
    Stream<String> table() {
        if (classes.isEmpty()) {
            return Stream.empty();
        }
        List<Entry<String, OfClass>> sorted = classes();
        Stream<String> rest = sorted.size() <= MOST_CLASSES ? Stream.empty()
                : Stream.of("and " + (sorted.size() - MOST_CLASSES) + " more classes, which report.html lists");
        int width = Math.max("class".length(), sorted.stream().limit(MOST_CLASSES).mapToInt(entry -> name(entry).length()).max()
                .orElse(0));
        String row = "%-" + width + "s  %10s  %10s  %15s";
        return Stream.concat(Stream.concat(Stream.of(String.format(Locale.ROOT, row, "class", "images", "findings",
                "mean confidence")), sorted.stream().limit(MOST_CLASSES).map(entry -> String.format(Locale.ROOT, row, name(entry),
                entry.getValue().images, entry.getValue().findings,
                String.format(Locale.ROOT, "%.2f", entry.getValue().confidence())))), rest);
    }

    private static String name(Entry<String, OfClass> entry) {
        String name = MessageText.printable(entry.getKey());
        return name.length() <= WIDEST_NAME ? name : name.substring(0, WIDEST_NAME - 1) + "…";
    }
}
