package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.DeadLetter.DeadLetterFile;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts deliveries that were given up back into the table, from the files that somebody moved into the folder for that. What is no
 * such file is named once and left there, and keeps no other from being sent.
 */
final class ReplayFolder {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayFolder.class);

    /** How much is looked at before others of this program have their turn: the next look goes on. */
    private static final int MOST_FILES = 1000;
    private static final long MOST_BYTES = 500_000_000;

    private final OutboxTable table;
    private final DeadLetterFolder deadLetters;
    private final BackoffPolicy backoff;
    private final Clock clock;
    private final BooleanSupplier stopping;
    /** Files that can't be used as they are, each with the lane that is not known, or nothing. */
    private Map<ReplayFile, String> rejected = new HashMap<>();
    /** Files that are named once, even if they change, as files do that are still being written. */
    private final Set<Path> logged = new HashSet<>();
    private boolean toldOfTooMany;

    ReplayFolder(OutboxTable table, DeadLetterFolder refused, BackoffPolicy patience, Clock clock, BooleanSupplier stopping) {
        this.table = table;
        this.deadLetters = refused;
        this.backoff = patience;
        this.clock = clock;
        this.stopping = stopping;
    }

    /** Takes files that can be used; returns what was put back. */
    List<OutboxMessage> replay() {
        List<OutboxMessage> parcels = new ArrayList<>();
        try {
            ReplayFile.Listing listing = ReplayFile.list(deadLetters.replayFolder());
            if (listing.cutShort() && !toldOfTooMany) {
                LOG.warn("There are more files in {} than are looked at ({}): take out those that are no results", deadLetters
                        .replayFolder(),
                        listing.files().size());
            }
            toldOfTooMany = listing.cutShort();
            Map<ReplayFile, String> there = new HashMap<>();
            listing.files().forEach(file -> Optional.ofNullable(rejected.get(file)).ifPresent(lane -> there.put(file, lane)));
            rejected = there;
            logged.retainAll(listing.files().stream().map(ReplayFile::path).collect(Collectors.toSet()));
            replay(listing.files(), parcels);
        } catch (IOException e) {
            LOG.warn("The results that are to be sent again can't be listed: {}", e.toString());
        }
        return parcels;
    }

    private void replay(List<ReplayFile> files, List<OutboxMessage> parcels) {
        int count = 0;
        long bytes = 0;
        for (ReplayFile file : files) {
            String lane = rejected.get(file);
            if (lane != null && (lane.isEmpty() || table.address(lane).isEmpty())) {
                continue;
            }
            if (stopping.getAsBoolean() || count >= MOST_FILES || bytes >= MOST_BYTES) {
                return;
            }
            count++;
            bytes += file.size();
            replay(file, parcels);
        }
    }

    private void replay(ReplayFile file, List<OutboxMessage> parcels) {
        Optional<String> strange = file.whyUnusable();
        if (strange.isPresent()) {
            leave(file, "", strange.get());
            return;
        }
        Path payload = deadLetters.temporary();
        try {
            DeadLetter delivery = DeadLetterFile.read(file.path(), payload, lane -> table.address(lane).isPresent());
            Optional<String> uri = table.address(delivery.lane());
            if (uri.isEmpty()) {
                leave(file, delivery.lane(), "this database does not know its destination, " + delivery.destination());
            } else if (!AcceptedDestinations.redactedAddress(uri.get()).equals(delivery.destination())) {
                leave(file, "", "its destination is not that of its lane");
            } else {
                replay(file, delivery.parcel(uri.get(), payload), parcels);
            }
        } catch (DatabaseException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            leave(file, "", FailureClassifier.describe(e));
        } finally {
            delete(payload);
        }
    }

    private void replay(ReplayFile file, OutboxMessage parcel, List<OutboxMessage> parcels) throws IOException {
        if (!Files.isWritable(file.path().getParent())) {
            // it would be sent again and again
            throw new IOException("it could not be taken out of its folder, which this program must be allowed to write to");
        }
        long now = clock.millis();
        table.addReplayed(parcel, now, now + backoff.keepFor().toMillis());
        parcels.add(parcel);
        try {
            Files.delete(file.path());
        } catch (IOException e) {
            leave(file, "", "it is sent, but can't be deleted: " + e);
        }
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("{} can't be deleted: {}", temporary, e.toString());
        }
    }

    private void leave(ReplayFile file, String lane, String reason) {
        rejected.put(file, lane);
        if (logged.add(file.path())) {
            LOG.warn("{} can't be sent again and is left there: {}", MessageText.printable(file.path().toString()), reason);
        }
    }

    /**
     * Something that lies in the folder of what is to be sent again, as it was when it was listed: after a change it is another.
     *
     * @param regular whether it is a file, and no folder, link, pipe or device
     */
    record ReplayFile(Path path, boolean regular, long size, long modified) {

        static final int MOST = 50_000;

        /** @param cutShort whether there are more */
        record Listing(List<ReplayFile> files, boolean cutShort) {
        }

        /** All by name, or as many as are bearable. */
        static Listing list(Path folder) throws IOException {
            List<ReplayFile> files = new ArrayList<>();
            if (!Files.isDirectory(folder)) {
                return new Listing(files, false);
            }
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
                for (Path path : all) {
                    if (files.size() == MOST) {
                        return new Listing(files, true);
                    }
                    of(path).ifPresent(files::add);
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            files.sort(Comparator.comparing(ReplayFile::path));
            return new Listing(files, false);
        }

        private static Optional<ReplayFile> of(Path path) throws IOException {
            try {
                BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return Optional.of(new ReplayFile(path, facts.isRegularFile(), facts.size(), facts.lastModifiedTime().toMillis()));
            } catch (NoSuchFileException e) {
                // somebody has taken it out
                return Optional.empty();
            }
        }

        /** Why it is no file to be read at all. */
        Optional<String> whyUnusable() {
            if (!regular) {
                return Optional.of("it is no file");
            }
            String name = path.getFileName().toString();
            return name.endsWith(".json") && !name.startsWith(".") ? Optional.empty()
                    : Optional.of("its name does not end with .json, or begins with a dot");
        }
    }
}
