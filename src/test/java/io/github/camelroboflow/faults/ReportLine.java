package io.github.camelroboflow.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The last line of a fault test's output. */
final class ReportLine {

    private static final Path FILE = Path.of("target/faults.txt");

    private final List<String> parts = new ArrayList<>();
    private final String fault;

    ReportLine(String fault) {
        this.fault = fault;
    }

    /** Adds the number of filed images, after the checks of the folders. */
    ReportLine filed(ProgramFolders site) {
        return filed(site.images());
    }

    ReportLine filed(List<InputImage> images) {
        long good = images.stream().filter(InputImage::isGood).count();
        return add("%d images in, %d done, %d failed", images.size(), good, images.size() - good);
    }

    ReportLine add(String format, Object... arguments) {
        parts.add(String.format(Locale.ROOT, format, arguments));
        return this;
    }

    /** @param times the times from the end of the fault to the next finished image */
    ReportLine recovery(List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        return sorted.size() == 1 ? add("recovery %s s", seconds(sorted.get(0)))
                : add("recovery %s s (median of %d), %s s (longest)", seconds(sorted.get(sorted.size() / 2)), sorted.size(),
                        seconds(sorted.get(sorted.size() - 1)));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0);
    }

    /** Prints the line, and adds it to {@code target/faults.txt}. */
    void print() {
        String line = fault + ": " + String.join("; ", parts);
        System.out.println(line);
        try {
            Files.writeString(FILE, line + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
