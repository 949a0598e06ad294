package io.github.camelroboflow.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Figures of several rounds by name, in the order of their first round. */
final class Medians {

    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    void add(String name, double figure) {
        figures.computeIfAbsent(name, key -> new ArrayList<>()).add(figure);
    }

    Iterable<String> names() {
        return figures.keySet();
    }

    double median(String name) {
        return quantile(name, 0.5);
    }

    /** @param share 0 for the smallest figure, up to 1 for the largest */
    double quantile(String name, double share) {
        List<Double> sorted = figures.get(name).stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, share * sorted.size()));
    }

    /** Returns the ratio of two figures of the same rounds in percent: the median, and the lowest and highest. */
    String ratio(String name, String other) {
        List<Double> ratios = IntStream.range(0, figures.get(name).size())
                .mapToObj(round -> 100 * figures.get(name).get(round) / figures.get(other).get(round)).sorted().toList();
        return String.format(Locale.ROOT, "%.0f %%, %.0f to %.0f %%", ratios.get(ratios.size() / 2), ratios.get(0),
                ratios.get(ratios.size() - 1));
    }

    /** Returns the figures of all rounds, which show how quiet the machine was. */
    String rounds(String name) {
        return figures.get(name).stream().map(figure -> String.format(Locale.ROOT, "%.1f", figure)).toList().toString();
    }
}
