package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.folder.InboxFiles.StableFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides at each turn of the file consumer whether it scans the inbox. A scan that finds no image is followed by a rest in
 * proportion to its processor time, so that an inbox of many folders costs little while nothing comes; a small inbox is scanned at
 * each turn. A rest ends when a file that was incomplete is complete, when an image returns to the inbox, or when the operating
 * system reports a file in one of the folders. Such a report is only a hint: each rest is bounded, and only scans find images.
 */
final class InboxPace extends DefaultPollingConsumerPollStrategy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InboxPace.class);

    /** The length of a rest as a multiple of the processor time of the scan, which makes scans cost 1.25 percent of a core. */
    private static final int REST = 79;
    /** The longest rest if the system reports new files. */
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);
    /** The longest rest if it does not: a new image waits that much longer. */
    private static final Duration LONGEST_BLIND_REST = Duration.ofSeconds(10);
    /** The rest from which on the folders are watched. */
    private static final Duration UNWATCHED_REST = Duration.ofSeconds(1);

    private final Path inbox;
    private final StableFiles stableFiles;
    private final LongSupplier processorTime;
    private final WatchOpener opener;
    private volatile FolderWatch watch;
    /** Whether there is no watch, or no more after a stop. */
    private volatile boolean blind;
    private volatile boolean woken;
    private volatile boolean foundImage;
    private volatile long restUntil = System.nanoTime();
    private volatile long lookAgain = Long.MAX_VALUE;
    private long began;
    private long lastTime;

    /** Opens the watch of an inbox. */
    @FunctionalInterface
    interface WatchOpener {
        FolderWatch open(Path inbox) throws IOException;
    }

    InboxPace(Path inbox, StableFiles stableFiles) {
        this(inbox, stableFiles, InboxPace::threadTime, FolderWatch::open);
    }

    /** @param processorTime the processor time of the current thread in nanoseconds */
    InboxPace(Path inbox, StableFiles stableFiles, LongSupplier processorTime, WatchOpener opener) {
        this.inbox = inbox;
        this.stableFiles = stableFiles;
        this.processorTime = processorTime;
        this.opener = opener;
    }

    private static long threadTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled() ? threads.getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
        if (isResting()) {
            return false;
        }
        // a file that comes from here on wakes the next scan
        woken = false;
        foundImage = false;
        lookAgain = Long.MAX_VALUE;
        began = processorTime.getAsLong();
        FolderWatch watching = watch;
        if (watching != null) {
            watching.beginScan();
        }
        return true;
    }

    private boolean isResting() {
        readReports();
        long now = System.nanoTime();
        return now - restUntil < 0 && !woken && (lookAgain == Long.MAX_VALUE || now - lookAgain < 0) && !stableFiles.hasStable();
    }

    @Override
    public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
        if (polledMessages > 0 || foundImage) {
            restUntil = System.nanoTime();
            return;
        }
        long time = processorTime.getAsLong() - began;
        // a single slow scan, such as the first one, counts for nothing
        long usual = Math.min(time, lastTime);
        lastTime = time;
        FolderWatch watching = watch;
        if (watching != null) {
            watching.endScan();
        } else if (!blind && rest(usual, true).compareTo(UNWATCHED_REST) > 0) {
            startWatch();
        }
        restUntil = System.nanoTime() + rest(usual, watch != null).toNanos();
    }

    /**
     * Returns the rest after a scan.
     *
     * @param nanos    the processor time of the scan
     * @param reported whether the operating system reports new files
     */
    static Duration rest(long nanos, boolean reported) {
        Duration rest = Duration.ofNanos(nanos).multipliedBy(REST);
        Duration longest = reported ? LONGEST_REST : LONGEST_BLIND_REST;
        return rest.compareTo(longest) < 0 ? rest : longest;
    }

    /** Ends the rest, since an image came. */
    void wake() {
        woken = true;
    }

    /** Notes that the scan found an image that can be taken. */
    void foundImage() {
        foundImage = true;
    }

    /** Notes that the scan found an image that can be taken at a time by {@link System#nanoTime()}. */
    void lookAgainAt(long time) {
        if (lookAgain == Long.MAX_VALUE || time - lookAgain < 0) {
            lookAgain = time;
        }
    }

    /** Notes that the scan lists a folder, before it does. */
    void listsFolder(Path folder, BasicFileAttributes attributes) {
        FolderWatch watching = watch;
        if (watching != null) {
            watching.seen(folder, attributes);
        }
    }

    /** Reads the reports of new files, and has further folders watched. Call this about once a second, beside the scans. */
    void runPeriodicTasks() {
        readReports();
        FolderWatch watching = watch;
        try {
            if (watching != null && watching.watchNewFolders()) {
                // to find the files that came in the time between the list of a folder and its watch
                woken = true;
            }
        } catch (IOException e) {
            stopWatch(e.getMessage());
        }
    }

    private void readReports() {
        FolderWatch watching = watch;
        if (watching != null && watching.readReports()) {
            woken = true;
        }
    }

    private synchronized void startWatch() {
        if (blind) {
            return;
        }
        try {
            watch = opener.open(inbox);
            // the next scan tells which folders there are
            woken = true;
        } catch (IOException | UnsupportedOperationException e) {
            stopWatch(e.getMessage());
        }
    }

    private synchronized void stopWatch(String reason) {
        if (!blind) {
            LOG.info("{} has many folders, and new files in them are not reported ({}): they are found up to {} s later", inbox,
                    reason, LONGEST_BLIND_REST.toSeconds());
        }
        close();
        woken = true;
    }

    @Override
    public synchronized void close() {
        blind = true;
        FolderWatch watching = watch;
        watch = null;
        if (watching != null) {
            watching.close();
        }
    }

    /** The folders whose new files the operating system reports. Scans say which there are; this class does not list any. */
    static final class FolderWatch implements AutoCloseable {

        /** The number of watched folders. Each needs about a kilobyte, half of it in the kernel. */
        private static final int MOST_FOLDERS = 100_000;
        private static final Duration LONGEST_TURN = Duration.ofMillis(500);
        /** The types of file systems that do not report what other machines write. */
        private static final Pattern NETWORK = Pattern.compile("(nfs|cifs|smb|afs|ceph|gluster|lustre|gpfs|9p|virtiofs|vboxsf"
                + "|prl_fs|fuse(\\.|$)).*");

        private final Path top;
        private final WatchService service;
        /** The watched folders by their identities, which survive a rename. */
        private final Map<Object, Watched> watched = new ConcurrentHashMap<>();
        private final Map<Object, Path> unwatched = new ConcurrentHashMap<>();
        private volatile int scan;

        private static final class Watched {

            private final WatchKey key;
            private volatile int scan;

            Watched(WatchKey key, int scan) {
                this.key = key;
                this.scan = scan;
            }
        }

        private FolderWatch(Path top, WatchService service) {
            this.top = top;
            this.service = service;
        }

        /** @throws IOException if new files of that folder are not, or not all, reported */
        static FolderWatch open(Path folder) throws IOException {
            if (!"Linux".equals(System.getProperty("os.name"))) {
                // elsewhere Java scans the folders too, or keeps them from being renamed
                throw new IOException("only Linux does so");
            }
            String type = Files.getFileStore(folder).type();
            if (NETWORK.matcher(type).matches()) {
                throw new IOException("its file system is of the type " + type + ", which other machines may write to");
            }
            return new FolderWatch(folder, folder.getFileSystem().newWatchService());
        }

        void beginScan() {
            scan++;
            try {
                seen(top, Files.readAttributes(top, BasicFileAttributes.class));
            } catch (IOException e) {
                LOG.debug("{} is gone", top, e);
            }
        }

        /** Has a folder watched that the scan is about to list. */
        void seen(Path folder, BasicFileAttributes attributes) {
            Watched known = watched.get(attributes.fileKey());
            if (known != null && known.key.isValid()) {
                known.scan = scan;
            } else {
                unwatched.put(attributes.fileKey(), folder);
            }
        }

        /** Forgets the folders that the scan did not see. The scan was complete. */
        void endScan() {
            watched.values().removeIf(folder -> {
                if (folder.scan != scan) {
                    folder.key.cancel();
                }
                return folder.scan != scan;
            });
        }

        /**
         * Watches folders that scans found, for a part of a second.
         *
         * @return whether there were any, and all are watched now
         * @throws IOException if no more can be watched
         */
        boolean watchNewFolders() throws IOException {
            long end = System.nanoTime() + LONGEST_TURN.toNanos();
            boolean any = false;
            for (Iterator<Map.Entry<Object, Path>> rest = unwatched.entrySet().iterator();
                 rest.hasNext() && System.nanoTime() - end < 0;) {
                Map.Entry<Object, Path> folder = rest.next();
                rest.remove();
                any = true;
                if (watched.size() >= MOST_FOLDERS) {
                    throw new IOException("there are more than " + MOST_FOLDERS);
                }
                try {
                    watch(folder.getKey(), folder.getValue());
                } catch (ClosedWatchServiceException e) {
                    return false;
                }
            }
            return any && unwatched.isEmpty();
        }

        private void watch(Object identity, Path folder) throws IOException {
            try {
                watched.put(identity, new Watched(folder.register(service, StandardWatchEventKinds.ENTRY_CREATE), scan));
            } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException e) {
                LOG.debug("{} is gone", folder, e);
            } catch (IOException e) {
                throw new IOException(e.getMessage() + ": raise fs.inotify.max_user_watches", e);
            }
        }

        /** Returns whether files or folders were reported since the last call. */
        boolean readReports() {
            boolean any = false;
            try {
                for (WatchKey key = service.poll(); key != null; key = service.poll()) {
                    any = true;
                    boolean lost = key.pollEvents().stream().anyMatch(event -> event.kind() == StandardWatchEventKinds.OVERFLOW);
                    if (lost) {
                        // the report that this folder is gone may be lost too: the scan has it watched anew
                        key.cancel();
                    }
                    key.reset();
                }
            } catch (ClosedWatchServiceException e) {
                LOG.debug("closed meanwhile", e);
            }
            return any;
        }

        @Override
        public void close() {
            try {
                service.close();
            } catch (IOException e) {
                LOG.debug("not closed", e);
            }
        }
    }
}
