package io.github.camelroboflow.app.status;

import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.scale.work.ReferenceConsumer.TopicLag;
import io.github.camelroboflow.delivery.scale.work.ReferenceConsumer;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.delivery.source.ImageTally.Counts;
import io.github.camelroboflow.delivery.source.ImageTally.Failure;
import io.github.camelroboflow.delivery.source.WaitingFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;

/**
 * Samples the work once a second: how many images ended, and in how many seconds any did. Reads counters only, except for images
 * that wait in folders, which it counts as seldom as a count takes long.
 */
public final class WorkMonitor {

    /** Routes without images of their own: those inside others, those that list a bucket or get its events, the dispatcher. */
    private static final Pattern NOT_OF_IMAGES =
            Pattern.compile("(direct|kamelet|master):.*|scheduler:/*(bucket|container)\\b.*");
    /** The number of samples in the rate of the last minute. */
    private static final int RECENT = 60;

    private final CamelContext context;
    private final ImageTally tally;
    private final List<Watched> watched;
    private final List<WaitingFiles> folders;
    private final long[] recent = new long[RECENT];
    private int samples;
    private long ended;
    private long busySeconds;
    private long endedAtCount;

    private WorkMonitor(CamelContext context, ImageNameFilter images) {
        this.context = context;
        this.tally = ImageTally.of(context);
        this.watched = InboxStrategy.of(context).stream().map(inbox ->
                new Watched(inbox, new WaitingFiles(inbox.settings().inbox(), images))).toList();
        this.folders = watched.stream().map(Watched::waiting).toList();
    }

    /** A folder that a route watches. */
    private record Watched(InboxStrategy inbox, WaitingFiles waiting) {
    }

    /**
     * The work of one of several watched folders.
     *
     * @param name    its name in the configuration
     * @param done    the images that are done since the start
     * @param waiting the images that waited at the last count
     */
    public record FolderWork(String name, Path inbox, long done, long failed, long waiting) {
    }

    /** Returns the work of each watched folder by its name; empty if there is only one. */
    public List<FolderWork> byFolder() {
        return watched.stream().filter(each -> !each.inbox.watch().isEmpty()).map(each -> new FolderWork(each.inbox.watch(),
                each.inbox.settings().inbox(), tally.done(each.inbox.watch()), tally.failed(each.inbox.watch()),
                each.waiting.lastCount())).toList();
    }

    /** Returns when the oldest of the images that wait in folders came; empty if none waits, or there are too many to tell. */
    Optional<Instant> oldest(FolderWork folder) {
        return watched.stream().filter(each -> each.inbox.watch().equals(folder.name())).findFirst()
                .flatMap(each -> each.waiting.oldest());
    }

    /** Does the same for all folders. */
    Optional<Instant> oldest() {
        return folders.stream().flatMap(each -> each.oldest().stream()).min(Comparator.naturalOrder());
    }

    /** Returns the monitor of a context, whose routes have started. */
    public static synchronized WorkMonitor of(CamelContext context, ImageNameFilter images) {
        ExtendedCamelContext extended = context.getCamelContextExtension();
        WorkMonitor known = extended.getContextPlugin(WorkMonitor.class);
        if (known == null) {
            known = new WorkMonitor(context, images);
            extended.addContextPlugin(WorkMonitor.class, known);
        }
        return known;
    }

    /** Takes the sample of a second. Returns whether there was work in it. */
    synchronized boolean sample() {
        long now = tally.ended();
        long delta = now - ended;
        ended = now;
        recent[samples++ % RECENT] = delta;
        if (delta > 0) {
            busySeconds++;
        }
        return delta > 0 || inWork(context) > 0;
    }

    /** Returns the number of seconds in which images ended. */
    synchronized long busySeconds() {
        return busySeconds;
    }

    /** Returns the images that ended per second, in the seconds of the last minute in which any did; 0 if none did. */
    public synchronized double recentRate() {
        long images = 0;
        int busy = 0;
        for (long delta : recent) {
            images += delta;
            busy += delta > 0 ? 1 : 0;
        }
        return busy == 0 ? 0 : (double) images / busy;
    }

    /** Returns the counts since the start. */
    public Counts counts() {
        return tally.counts();
    }

    /** Returns the number of images that wait in the sources that can be counted here, about; empty if there are none. */
    public synchronized OptionalLong waiting() {
        for (WaitingFiles folder : folders) {
            if (folder.countIfDue()) {
                endedAtCount = ended;
            }
        }
        BucketInbox bucket = context.hasService(BucketInbox.class);
        List<TopicLag> topics = ReferenceConsumer.lags(context);
        if (folders.isEmpty() && topics.isEmpty() && (bucket == null || !bucket.isListed())) {
            return OptionalLong.empty();
        }
        long counted = folders.stream().mapToLong(WaitingFiles::lastCount).sum();
        long inFolders = Math.max(0, counted - (ended - endedAtCount));
        return OptionalLong.of(inFolders + (bucket == null ? 0 : bucket.waiting())
                + topics.stream().mapToLong(TopicLag::waiting).sum());
    }

    /** Does the same as {@link #waiting()} with a count of this moment. */
    synchronized OptionalLong waitingNow() {
        folders.forEach(WaitingFiles::count);
        endedAtCount = ended;
        return waiting();
    }

    /** Returns the sources whose images {@link #waiting()} counts. */
    String sources() {
        Stream<String> bucket = Stream.ofNullable(context.hasService(BucketInbox.class)).filter(BucketInbox::isListed)
                .map(BucketInbox::source);
        Stream<String> topics = ReferenceConsumer.lags(context).stream().map(lag -> "the topic " + lag.topic());
        return Stream.of(folders.stream().map(files -> files.folder().toString()), bucket, topics).flatMap(places -> places)
                .distinct().collect(Collectors.joining(" and "));
    }

    List<Failure> lastFailures() {
        return tally.lastFailures();
    }

    /** Returns the number of images in work. One image for several destinations has several messages in flight. */
    public static int inWork(CamelContext context) {
        return context.getRoutes().stream().filter(route -> !NOT_OF_IMAGES.matcher(route.getEndpoint().getEndpointUri()).matches())
                .mapToInt(route -> context.getInflightRepository().size(route.getRouteId())).sum();
    }
}
