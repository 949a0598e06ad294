package io.github.camelroboflow.bench;

import io.github.camelroboflow.app.WatchedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The sample images, and the folders that a benchmark leaves. */
final class BenchFiles {

    private BenchFiles() {
    }

    /** Returns the sample images, in the order of their names, without those of the given names. */
    static List<byte[]> samples(String... without) throws IOException {
        List<byte[]> samples = new ArrayList<>();
        try (Stream<Path> files = Files.list(WatchedFolder.SAMPLES)) {
            Set<String> others = Set.of(without);
            for (Path file : files.filter(sample -> !others.contains(sample.getFileName().toString())).sorted().toList()) {
                samples.add(Files.readAllBytes(file));
            }
        }
        return samples;
    }

    /** Deletes a folder with its content. Files that another thread deletes meanwhile are no error. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
