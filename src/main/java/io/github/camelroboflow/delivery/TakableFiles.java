package io.github.camelroboflow.delivery;

import java.io.File;
import java.util.function.Predicate;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;

/**
 * Lets those files pass that can be taken now. A poll lists a bounded number of files: if it listed what then can't be taken, that
 * many of these would keep it for ever from what comes after them in the folder.
 *
 * @param chosen  the endpoint's own filter, or {@code null}
 * @param takable asked for each file and folder that it chose
 */
record TakableFiles(GenericFileFilter<File> chosen, Predicate<GenericFile<File>> takable) implements GenericFileFilter<File> {

    @Override
    public boolean accept(GenericFile<File> file) {
        return (chosen == null || chosen.accept(file)) && takable.test(file);
    }
}
