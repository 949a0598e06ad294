package io.github.camelroboflow.delivery;

import io.github.camelroboflow.inference.Printable;
import java.io.File;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets files with the extension of an image pass; names each other file once in the log and leaves it where it is. */
public final class ImageFileFilter implements GenericFileFilter<File> {

    private static final Logger LOG = LoggerFactory.getLogger(ImageFileFilter.class);
    private static final int MOST_REMEMBERED = 10_000;
    /** What programs write beside a file or before it has its name; it comes and goes, so it is not named. */
    private static final Set<String> COMPANIONS = Set.of("done", "tmp", "part", "filepart", "crdownload");

    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private Set<String> extensions = extensions("jpg,jpeg,jpe,png,bmp,dib,webp,tif,tiff,gif");

    /** The extensions to let pass, without dots, separated by commas, in any case. */
    public void setExtensions(String extensions) {
        this.extensions = extensions(extensions);
    }

    private static Set<String> extensions(String commaList) {
        return Arrays.stream(commaList.split(",")).map(extension -> extension.strip().toLowerCase(Locale.ROOT))
                .filter(extension -> !extension.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public boolean accept(GenericFile<File> file) {
        if (file.isDirectory()) {
            return true;
        }
        String name = file.getFileNameOnly();
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (extensions.contains(extension)) {
            return true;
        }
        if (!COMPANIONS.contains(extension) && named.size() < MOST_REMEMBERED && named.add(file.getAbsoluteFilePath())) {
            LOG.info("{} is no image by its name and stays in the inbox; images end in {}", Printable.of(file.getFileName()), extensions);
        }
        return false;
    }
}
