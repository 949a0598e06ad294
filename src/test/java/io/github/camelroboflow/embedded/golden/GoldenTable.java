package io.github.camelroboflow.embedded.golden;

import io.github.camelroboflow.embedded.golden.Deviation.Measure;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The largest deviations by model. */
final class GoldenTable {

    private final Map<String, Deviation> worst = new TreeMap<>();

    void add(String model, Deviation deviation) {
        worst.merge(model, deviation, Deviation::and);
    }

    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(String.format("%-16s %5s %8s", "model", "cases", "findings"));
        for (Measure measure : Measure.values()) {
            table.append(String.format(Locale.ROOT, " %22s", measure + " (max " + measure.tolerance() + ")"));
        }
        worst.forEach((model, deviation) -> {
            table.append(String.format(Locale.ROOT, "%n%-16s %5d %8d", model, deviation.cases(), deviation.findings()));
            for (Measure measure : Measure.values()) {
                Double value = deviation.worst().get(measure);
                table.append(String.format(Locale.ROOT, " %22s", value == null ? "-" : String.format(Locale.ROOT, "%.7f", value)));
            }
        });
        return table.append(System.lineSeparator()).toString();
    }
}
