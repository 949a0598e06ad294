package io.github.camelroboflow.hosted;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the platform offers of a model.
 *
 * @param files to be fetched
 * @param texts contents, by name, of files to be written beside them; where both have a name, the fetched file counts
 * @param colors JSON of {@code #RRGGBB} by class name for an {@code environment.json} that has none; empty if none are told
 */
record ModelOffer(List<RemoteFile> files, Map<String, String> texts, String colors) {

    private static final int MOST_FILES = 32;

    /** @throws IllegalArgumentException if two files have one name, or there are absurdly many; says so */
    ModelOffer {
        Set<String> names = new HashSet<>();
        for (RemoteFile file : files) {
            // some file systems know no case
            if (!names.add(file.name().toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("it has two files " + file.name());
            }
        }
        if (files.size() > MOST_FILES) {
            throw new IllegalArgumentException("it has " + files.size() + " files, more than any model has");
        }
        texts = Map.copyOf(texts);
    }
}
