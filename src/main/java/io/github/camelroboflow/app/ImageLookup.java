package io.github.camelroboflow.app;

import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds an image by its name or by the path of its file, its result or its report, wherever it is now.
 *
 * @param name  the name under which it is filed, relative to the inbox
 * @param state where it is
 * @param file  its file there
 */
record ImageLookup(String name, State state, Path file) {

    /** The time that is added to the name of an image that has the name of another. */
    private static final Pattern STAMP = Pattern.compile("~\\d{8}T\\d{6}\\.\\d{3}(-\\d+)?(?=(\\.[^./]*)?$)");
    private static final String RESULT = ".json";

    /** The folder of an image. */
    enum State {
        WAITING, IN_WORK, DONE, FAILED
    }

    /**
     * @param watch   the watched folder
     * @param results the folder of the results
     */
    static Optional<ImageLookup> find(Watch watch, Path results, Path given) throws IOException {
        InboxSettings folders = watch.folders();
        Path file = given.toAbsolutePath().normalize();
        for (Path folder : new Path[] {folders.inbox(), folders.done(), folders.failed(), results, folders.work()}) {
            Path top = folder.toAbsolutePath().normalize();
            if (file.startsWith(top) && !file.equals(top)) {
                Path relative = top.relativize(file);
                // results and images in work are in a folder of a destination, or in a slot
                boolean nested = folder.equals(results) || folder.equals(folders.work());
                for (int first = nested ? 1 : 0; first < (nested ? relative.getNameCount() : 1); first++) {
                    String name = name(relative.subpath(first, relative.getNameCount()));
                    Optional<ImageLookup> found = folder.equals(results) && !isOf(watch, name) ? Optional.empty()
                            : byName(folders, folder.equals(results) ? nameIn(watch, name) : name);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return given.isAbsolute() ? Optional.empty() : byName(folders, nameIn(watch, name(given.normalize())));
    }

    private static boolean isOf(Watch watch, String name) {
        return name.startsWith(watch.nameOf(""));
    }

    /** Returns the name below the inbox: that among all folders begins with the name of the folder. */
    private static String nameIn(Watch watch, String name) {
        return isOf(watch, name) ? name.substring(watch.nameOf("").length()) : name;
    }

    private static String name(Path relative) {
        String name = relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
        return name.endsWith(FailureReport.SUFFIX) ? name.substring(0, name.length() - FailureReport.SUFFIX.length())
                : name.endsWith(RESULT) ? name.substring(0, name.length() - RESULT.length()) : name;
    }

    private static Optional<ImageLookup> byName(InboxSettings folders, String name) throws IOException {
        if (isFile(folders.inbox().resolve(name))) {
            return Optional.of(new ImageLookup(name, State.WAITING, folders.inbox().resolve(name)));
        }
        if (Files.isDirectory(folders.work())) {
            try (DirectoryStream<Path> slots = Files.newDirectoryStream(folders.work(), entry -> Files.isDirectory(entry))) {
                for (Path slot : slots) {
                    if (isFile(slot.resolve(name))) {
                        return Optional.of(new ImageLookup(name, State.IN_WORK, slot.resolve(name)));
                    }
                }
            }
        }
        if (isFile(folders.failed().resolve(name))) {
            return Optional.of(new ImageLookup(name, State.FAILED, folders.failed().resolve(name)));
        }
        return isFile(folders.done().resolve(name))
                ? Optional.of(new ImageLookup(name, State.DONE, folders.done().resolve(name))) : Optional.empty();
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Returns the name that the image had in the inbox. */
    String original() {
        return original(name);
    }

    /** Returns the name that an image had in the inbox, of the name under which it is filed. */
    static String original(String filed) {
        return STAMP.matcher(filed).replaceFirst("");
    }
}
