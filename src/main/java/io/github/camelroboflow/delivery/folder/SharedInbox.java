package io.github.camelroboflow.delivery.folder;

import io.github.camelroboflow.delivery.folder.FolderChecks.FolderException;
import io.github.camelroboflow.delivery.folder.InboxFiles.StableFiles;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inbox of a dispatcher: renames images into {@code work}, from where other programs take them. The slot of an image there is
 * named by its claim, so that the claim of an image is known wherever the dispatcher was killed.
 */
public final class SharedInbox implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedInbox.class);
    private static final Pattern SLOT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    /** The age from which files and slots of a program that was killed are removed. */
    private static final Duration LEFT_FOR = Duration.ofHours(1);

    private final InboxSettings settings;
    private final InboxFolders folders;
    private final ImageNameFilter names;
    private final StableFiles stableFiles;
    private final InboxPace pace;
    private final InboxFiles files;
    private String id;

    /**
     * An image in {@code work}.
     *
     * @param name     its path in the inbox, with {@code /} between folders
     * @param key      its path in {@code work}
     * @param modified milliseconds since 1970
     */
    public record SharedImage(UUID claim, String name, String key, long size, long modified) {
    }

    public SharedInbox(InboxSettings settings, ImageNameFilter names) {
        this.settings = settings;
        this.names = names;
        this.folders = InboxFolders.shared(settings);
        this.stableFiles = new StableFiles(settings.unchangedFor());
        this.pace = new InboxPace(folders.inbox(), stableFiles);
        this.files = new InboxFiles(folders, stableFiles, pace, settings.work().toString());
    }

    /** Returns a sentence for each reason why the folders can't be used, as far as it is known without making anything. */
    public List<String> foreseenFailures() {
        return new InboxStrategy(settings).foreseenFailures();
    }

    /** Returns the id of the folder {@code work}. Makes the folders at the first call. */
    public synchronized String id() throws IOException {
        if (id == null) {
            folders.open();
            id = SharedFolder.makeId(folders.work());
        }
        return id;
    }

    /**
     * Renames images that are complete into {@code work}. Looks into the inbox less often while nothing comes.
     *
     * @param most the greatest number of images
     */
    public synchronized List<SharedImage> take(int most) throws IOException {
        id();
        pace.runPeriodicTasks();
        List<SharedImage> taken = new ArrayList<>();
        if (pace.begin(null, null)) {
            if (!InboxFiles.isListable(folders.inbox())) {
                throw new FolderException(folders.inbox() + " can't be listed: is it there, and may this program read it?");
            }
            take(folders.inbox(), "", taken, most);
            pace.commit(null, null, taken.size());
        }
        return taken;
    }

    private void take(Path folder, String prefix, List<SharedImage> taken, int most) {
        if (!files.isListed(folder)) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = prefix + entry.getFileName();
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    if (names.isWanted(name)) {
                        take(entry, name + "/", taken, most);
                    }
                } else if (names.accept(name) && !files.isPostponed(entry) && files.isReady(entry)) {
                    files.take(entry).map(this::shared).ifPresent(taken::add);
                }
                if (taken.size() >= most) {
                    return;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("{} is gone", folder, e);
        }
    }

    private SharedImage shared(TakenImage image) {
        return new SharedImage(UUID.fromString(image.slot().getFileName().toString()), image.original(),
                InboxFolders.name(folders.work().relativize(image.work())), image.state().size(), image.modified());
    }

    /** Returns the claims of all images in {@code work}. Removes what killed programs left there. */
    public synchronized Set<UUID> inWork() throws IOException {
        id();
        Set<UUID> claims = new HashSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folders.work())) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (SLOT.matcher(name).matches()) {
                    claims.add(UUID.fromString(name));
                } else if (name.startsWith(InboxFolders.TEMPORARY) || name.startsWith(FolderChecks.PROBE)) {
                    removeIfLeft(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return claims;
    }

    /** Returns the image of a claim. Empty if its slot holds none. */
    public synchronized Optional<SharedImage> image(UUID claim) throws IOException {
        Path slot = folders.work().resolve(claim.toString());
        try (Stream<Path> entries = Files.walk(slot)) {
            Optional<Path> file = entries.filter(entry -> Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)).findFirst();
            if (file.isPresent()) {
                BasicFileAttributes attributes = InboxFolders.attributes(file.get());
                return Optional.of(new SharedImage(claim, InboxFolders.name(slot.relativize(file.get())),
                        InboxFolders.name(folders.work().relativize(file.get())), attributes.size(),
                        attributes.lastModifiedTime().toMillis()));
            }
            if (isLeft(slot)) {
                WorkSlots.removeEmptyFolders(slot);
                Files.deleteIfExists(slot);
            }
        } catch (NoSuchFileException | UncheckedIOException e) {
            LOG.debug("{} is finished", claim, e);
        }
        return Optional.empty();
    }

    private static void removeIfLeft(Path file) throws IOException {
        if (isLeft(file)) {
            Files.deleteIfExists(file);
        }
    }

    private static boolean isLeft(Path file) throws IOException {
        try {
            long modified = InboxFolders.attributes(file).lastModifiedTime().toMillis();
            return System.currentTimeMillis() - modified > LEFT_FOR.toMillis();
        } catch (NoSuchFileException e) {
            LOG.debug("{} is removed", file, e);
            return false;
        }
    }

    @Override
    public synchronized void close() {
        pace.close();
    }
}
