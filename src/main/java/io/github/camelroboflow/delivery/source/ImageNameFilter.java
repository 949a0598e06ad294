package io.github.camelroboflow.delivery.source;

import io.github.camelroboflow.inference.support.LruMap;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.apache.camel.util.AntPathMatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells by its name whether something in an inbox is an image that is wanted; names what is no image once in the log. */
public final class ImageNameFilter {

    private static final Logger LOG = LoggerFactory.getLogger(ImageNameFilter.class);
    /** What programs write beside a file or before it has its name; it comes and goes, so it is not named. */
    private static final Set<String> COMPANIONS = Set.of("done", "tmp", "part", "partial", "filepart", "crdownload", "download",
            "opdownload", "aria2", "!ut");

    /**
     * Folders in which programs keep what they made themselves, beside all whose names begin with a dot: thumbnails, trash and
     * snapshots of Synology's, QNAP's and other network storage, of Windows and of macOS, and what archives of the latter hold.
     */
    private static final Set<String> NO_IMAGES_IN = Set.of("@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot",
            "@tmp", "@sharebin", "$recycle.bin", "recycler", "recycled", "system volume information", "__macosx", "lost+found",
            "network trash folder", "temporary items");

    /** Temporary files that have an image's extension: of Office and Windows, and of macOS on other systems' disks. */
    private static final List<String> NO_IMAGES_BEGIN = List.of(".", "~$", "~tmp");

    private final LoggedNames named = new LoggedNames();
    private Set<String> extensions = new TreeSet<>(parts("jpg,jpeg,jpe,png,bmp,dib,webp,tif,tiff,gif").toList());
    private List<String> include = List.of();
    private List<String> exclude = List.of();

    /** The extensions of images, without dots, separated by commas, in any case. */
    public void setExtensions(String extensions) {
        this.extensions = parts(extensions.toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Patterns of which a name must match one, separated by commas; none for all. {@code *} stands for any characters but a slash,
     * {@code **} for any folders, {@code ?} for one character: {@code line-1/**}.
     */
    public void setInclude(String include) {
        this.include = parts(include).toList();
    }

    /** Patterns of which a name must match none, written as for {@link #setInclude}. */
    public void setExclude(String exclude) {
        this.exclude = parts(exclude).toList();
    }

    private static Stream<String> parts(String commaList) {
        return Arrays.stream(commaList.split(",")).map(String::strip).filter(part -> !part.isEmpty());
    }

    /**
     * Tells whether images can be in a folder; names one in which none are looked for.
     *
     * @param name relative to the inbox, with {@code /} between folders
     */
    boolean isWanted(String name) {
        String folder = name.substring(name.lastIndexOf('/') + 1);
        if (!holdsNoImages(folder)) {
            return true;
        }
        if (named.add(name)) {
            LOG.info("The folder {} is left alone: by its name it is hidden, or a program's own, such as trash or thumbnails",
                    MessageText.printable(name));
        }
        return false;
    }

    private static boolean holdsNoImages(String folder) {
        return folder.startsWith(".") || NO_IMAGES_IN.contains(folder.toLowerCase(Locale.ROOT));
    }

    /** @param name relative to the inbox, with {@code /} between folders */
    public boolean accept(String name) {
        String[] parts = name.split("/");
        for (int i = 0; i < parts.length - 1; i++) {
            if (holdsNoImages(parts[i])) {
                return isWanted(String.join("/", Arrays.copyOf(parts, i + 1)));
            }
        }
        String file = parts.length == 0 ? "" : parts[parts.length - 1];
        if (NO_IMAGES_BEGIN.stream().anyMatch(file::startsWith)) {
            nameHidden(name, file);
            return false;
        }
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (!extensions.contains(extension)) {
            if (!COMPANIONS.contains(extension) && named.add(name)) {
                LOG.info("{} is no image by its name and stays in the inbox; images end in {}", MessageText.printable(name),
                        extensions);
            }
            return false;
        }
        return (include.isEmpty() || matches(include, name)) && !matches(exclude, name);
    }

    /** Such files come and go: the first of a folder stands for all. */
    private void nameHidden(String name, String file) {
        String folder = name.substring(0, name.length() - file.length());
        if (named.add(folder + "/hidden")) {
            LOG.info("{} stays in the inbox, as do others whose names begin with {} there: they are hidden or temporary",
                    MessageText.printable(name), NO_IMAGES_BEGIN);
        }
    }

    private static boolean matches(List<String> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> AntPathMatcher.INSTANCE.match(pattern, name));
    }

    /** Lets the files pass that are wanted images by their names, and leaves the others where they are. */
    public static final class ImageFileFilter implements GenericFileFilter<File> {

        private final ImageNameFilter names = new ImageNameFilter();

        /** As {@link ImageNameFilter#setExtensions}. */
        public void setExtensions(String extensions) {
            names.setExtensions(extensions);
        }

        /** As {@link ImageNameFilter#setInclude}. */
        public void setInclude(String include) {
            names.setInclude(include);
        }

        /** As {@link ImageNameFilter#setExclude}. */
        public void setExclude(String exclude) {
            names.setExclude(exclude);
        }

        @Override
        public boolean accept(GenericFile<File> file) {
            String name = file.getRelativeFilePath().replace(File.separatorChar, '/');
            return file.isDirectory() ? names.isWanted(name) : names.accept(name);
        }
    }

    /** Remembers what was named in the log, so that it is named once; forgets the names that were not seen for longest. */
    public static final class LoggedNames {

        private static final int MOST = 10_000;

        private final Map<String, Boolean> named = new LruMap<>(MOST);

        /** Tells whether a name is new. */
        public synchronized boolean add(String name) {
            return named.put(name, true) == null;
        }

        /** Has a name count as new again. */
        public synchronized void forget(String name) {
            named.remove(name);
        }

        public synchronized int size() {
            return named.size();
        }
    }
}
