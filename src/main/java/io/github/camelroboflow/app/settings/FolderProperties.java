package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.folder.Retention.Limit;
import io.github.camelroboflow.delivery.folder.Retention.RetentionSettings;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Declares the folders and the inbox. */
final class FolderProperties {

    static final PropertyList ALL = new PropertyList();

    static final Property<Path> INBOX = ALL.folder("inbox", "data/inbox", """
            --- Folders. Keep inbox, work, done and failed on one file system
            Images arrive here, in sub-folders too""");
    static final Property<Path> WORK = ALL.folder("work", "data/work",
            "Images are here while they are processed");
    static final Property<Path> DONE = ALL.folder("done", "data/done",
            "Images are here when their results are delivered");
    static final Property<Path> FAILED = ALL.folder("failed", "data/failed",
            "Images that failed are here, with the reason in <name>.error.json");
    static final Property<Path> RESULTS = ALL.folder("results", "data/results",
            "Results are here: <name>.json, in the folders that routes/by-class.camel.yaml names");
    static final Property<String> RESULTS_TEMPORARY = ALL.text("results.temporary", ".${header.CamelRoboflowDeliveryId}.tmp",
            "The name of a result while it is written, in the same folder");
    static final Property<Durability> DURABILITY = ALL.choice("durability", "power", Durability.values(), """
            --- Safety of finished images. power: results and waiting deliveries are on disk before their image is done, \
            so a power cut loses nothing. process: the operating system writes them later, so the end of the program loses \
            nothing, but a power cut may""");
    static final Property<Duration> INBOX_DELAY = ALL.duration("inbox.delay", "500", """
            --- The inbox
            The time between two looks into the inbox, in milliseconds""");
    static final Property<String> INBOX_EXTENSIONS =
            ALL.extensions("inbox.extensions", "jpg,jpeg,jpe,png,bmp,dib,webp,tif,tiff,gif",
            "The endings of images. Files with other endings stay in the inbox");
    static final Property<String> INBOX_INCLUDE = ALL.patterns("inbox.include", "", """
            Patterns of names in the inbox that are taken, and of names that are not, such as line-1/**,*.png. * stands \
            for any characters except a slash, ** for any folders. Empty: all names are taken""");
    static final Property<String> INBOX_EXCLUDE = ALL.patterns("inbox.exclude", "", "");
    static final Property<Duration> INBOX_UNCHANGED_FOR = ALL.durationOrNone("inbox.unchangedFor", "2s",
            "A file is complete when it has not changed for this long. Set 0 if files are always renamed into the inbox");
    static final Property<String> INBOX_DONE_FILE_NAME = ALL.text("inbox.doneFileName", "",
            "If set, an image is taken only when a file of this name is beside it, such as ${file:name}.done");
    static final Property<Integer> INBOX_MAX_ATTEMPTS = ALL.number("inbox.maxAttempts", "3", 1, Integer.MAX_VALUE,
            "The number of tries for an image whose failure may be its own. A damaged image is tried once");

    static final Property<Duration> DONE_KEEP_FOR = ALL.keepFor("done.keepFor", """
            --- Removal of old files. All files in done, failed and results count, whoever put them there. They are removed \
            an hour or less after this time, such as 30d; forever: they stay. The time counts from the moment when the \
            file was put there (on Windows from the last change of its content)""");
    static final Property<Duration> FAILED_KEEP_FOR = ALL.keepFor("failed.keepFor", "");
    static final Property<Duration> RESULTS_KEEP_FOR = ALL.keepFor("results.keepFor", "");
    static final Property<Long> DONE_KEEP_SIZE = ALL.keepSize("done.keepSize", """
            If the files of the folder are together larger than this, such as 500GB, the oldest are removed. unlimited: \
            they stay""");
    static final Property<Long> FAILED_KEEP_SIZE = ALL.keepSize("failed.keepSize", "");
    static final Property<Long> RESULTS_KEEP_SIZE = ALL.keepSize("results.keepSize", "");

    private FolderProperties() {
    }

    static InboxSettings inbox(PropertyValues values) {
        return new InboxSettings(values.get(INBOX), values.get(WORK), values.get(DONE), values.get(FAILED),
                values.get(INBOX_DONE_FILE_NAME), values.get(INBOX_UNCHANGED_FOR), values.get(INBOX_MAX_ATTEMPTS),
                values.get(DURABILITY));
    }

    /** The folders of a pair that lie in those of all images share their limits, and others have the same for themselves. */
    static RetentionSettings retention(PropertyValues values, List<Watch> watches) {
        Limit done = new Limit("done", values.get(DONE), values.get(DONE_KEEP_FOR), values.get(DONE_KEEP_SIZE));
        Limit failed = new Limit("failed", values.get(FAILED), values.get(FAILED_KEEP_FOR), values.get(FAILED_KEEP_SIZE));
        List<Limit> limits = new ArrayList<>(List.of(done, failed,
                new Limit("results", values.get(RESULTS), values.get(RESULTS_KEEP_FOR), values.get(RESULTS_KEEP_SIZE))));
        List<Path> others = new ArrayList<>(List.of(values.get(INBOX), values.get(WORK), values.get(DONE), values.get(FAILED),
                values.get(RESULTS), values.get(OutboxProperties.OUTBOX_REFUSED)));
        for (Watch watch : watches) {
            others.addAll(List.of(watch.folders().inbox(), watch.folders().work()));
            addApart(watch.folders().done(), done, limits, others);
            addApart(watch.folders().failed(), failed, limits, others);
        }
        return new RetentionSettings(limits, others);
    }

    private static void addApart(Path folder, Limit shared, List<Limit> limits, List<Path> others) {
        Limit own = new Limit(shared.name(), folder, shared.keepFor(), shared.keepSize());
        if (!own.folder().startsWith(shared.folder())) {
            limits.add(own);
            others.add(folder);
        }
    }

    static ImageNameFilter images(PropertyValues values) {
        return new ImageNameFilter(values.get(INBOX_EXTENSIONS), values.get(INBOX_INCLUDE), values.get(INBOX_EXCLUDE));
    }
}
