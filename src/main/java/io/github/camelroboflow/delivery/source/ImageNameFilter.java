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

/** Decides by its name whether a file in an inbox is a wanted image. Logs each other name once. */
public final class ImageNameFilter {

    private static final Logger LOG = LoggerFactory.getLogger(ImageNameFilter.class);
    /**
     * Extensions of files that programs write beside a file or before it has its final name. They come and go, so they are not
     * logged.
     */
    private static final Set<String> COMPANIONS = Set.of("done", "tmp", "part", "partial", "filepart", "crdownload", "download",
            "opdownload", "aria2", "!ut");

    /**
     * Folders in which programs keep their own files, besides all whose names begin with a dot: thumbnails, trash and snapshots of
     * network storage (Synology, QNAP and others), of Windows and of macOS, and folders in archives that macOS makes.
     */
    private static final Set<String> NO_IMAGES_IN = Set.of("@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot",
            "@tmp", "@sharebin", "$recycle.bin", "recycler", "recycled", "system volume information", "__macosx", "lost+found",
            "network trash folder", "temporary items");

    /** Prefixes of temporary files with an image's extension: of Office and Windows, and of macOS on the disks of other systems. */
    private static final List<String> NO_IMAGES_BEGIN = List.of(".", "~$", "~tmp");

    private final LoggedNames logged = new LoggedNames();
    private final Set<String> extensions;
    private final List<String> include;
    private final List<String> exclude;

    /**
     * Makes one of texts with commas in them.
     *
     * @param extensions those of images, without dots, in any case
     * @param include    patterns of which a name must match one; none for all. {@code *} stands for any characters but a slash,
     *                   {@code **} for any folders, {@code ?} for one character: {@code line-1/**}
     * @param exclude    patterns of which a name must match none
     */
    public ImageNameFilter(String extensions, String include, String exclude) {
        this.extensions = parts(extensions.toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(TreeSet::new));
        this.include = parts(include).toList();
        this.exclude = parts(exclude).toList();
    }

    private static Stream<String> parts(String commaList) {
        return Arrays.stream(commaList.split(",")).map(String::strip).filter(part -> !part.isEmpty());
    }

    /**
     * Returns whether a folder can hold images. Logs once a folder that is skipped.
     *
     * @param name relative to the inbox, with {@code /} between folders
     */
    public boolean isWanted(String name) {
        String folder = name.substring(name.lastIndexOf('/') + 1);
        if (!holdsNoImages(folder)) {
            return true;
        }
        if (logged.add(name)) {
            LOG.info("The folder {} is skipped: its name says that it is hidden or holds a program's own files (trash, thumbnails)",
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
            logHidden(name, file);
            return false;
        }
        String extension = extension(name);
        if (!extensions.contains(extension)) {
            if (!COMPANIONS.contains(extension) && logged.add(name)) {
                LOG.info("{} is no image by its name and stays in the inbox; images end in {}", MessageText.printable(name),
                        extensions);
            }
            return false;
        }
        return isIncluded(name);
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private boolean isIncluded(String name) {
        return (include.isEmpty() || matches(include, name)) && !matches(exclude, name);
    }

    /**
     * Returns whether {@link #accept} accepts a file in a folder that may hold images. Logs nothing.
     *
     * @param file its own name
     * @param name relative to the inbox
     */
    public boolean isImage(String file, String name) {
        return extensions.contains(extension(file)) && NO_IMAGES_BEGIN.stream().noneMatch(file::startsWith) && isIncluded(name);
    }

    /** Returns whether a folder of this name can hold images. Logs nothing. */
    public static boolean mayHoldImages(String folder) {
        return !holdsNoImages(folder);
    }

    /** Logs a hidden file. Such files come and go, so only the first of each folder is logged. */
    private void logHidden(String name, String file) {
        String folder = name.substring(0, name.length() - file.length());
        if (logged.add(folder + "/hidden")) {
            LOG.info("{} stays in the inbox, as do others whose names begin with {} there: they are hidden or temporary",
                    MessageText.printable(name), NO_IMAGES_BEGIN);
        }
    }

    private static boolean matches(List<String> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> AntPathMatcher.INSTANCE.match(pattern, name));
    }

    /** Accepts the files whose names are those of wanted images. The others stay where they are. */
    public static final class ImageFileFilter implements GenericFileFilter<File> {

        private final ImageNameFilter names;

        public ImageFileFilter(ImageNameFilter names) {
            this.names = names;
        }

        /** Makes one of a text with commas in it, for Kamelets. */
        public static ImageFileFilter of(String extensions) {
            return new ImageFileFilter(new ImageNameFilter(extensions, "", ""));
        }

        @Override
        public boolean accept(GenericFile<File> file) {
            String name = file.getRelativeFilePath().replace(File.separatorChar, '/');
            return file.isDirectory() ? names.isWanted(name) : names.accept(name);
        }
    }

    /** Remembers the logged names, so that each is logged once. Forgets the names that were not seen for the longest time. */
    public static final class LoggedNames {

        private static final int MOST = 10_000;

        private final Map<String, Boolean> logged = new LruMap<>(MOST);

        /** Adds a name. Returns whether it is new. */
        public synchronized boolean add(String name) {
            return logged.put(name, true) == null;
        }

        /** Forgets a name, so that it is new again. */
        public synchronized void forget(String name) {
            logged.remove(name);
        }

        public synchronized int size() {
            return logged.size();
        }
    }
}
