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
 * Adds dead letters from the replay folder to the table again. A file that is not a dead letter is logged once and stays, and does
 * not block the others.
 */
final class ReplayFolder {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayFolder.class);

    /** The limits of one replay, so that other tasks of this program get their turn; the next replay continues. */
    private static final int MOST_FILES = 1000;
    private static final long MOST_BYTES = 500_000_000;

    private final OutboxTable table;
    private final DeadLetterFolder deadLetters;
    private final BackoffPolicy backoff;
    private final Clock clock;
    private final BooleanSupplier stopping;
    /** The files that can't be used, each with the id of an unknown destination, or empty. */
    private Map<ReplayFile, String> rejected = new HashMap<>();
    /** The files that were logged. Each is logged once, even if it changes, as files do that are still being written. */
    private final Set<Path> logged = new HashSet<>();
    private boolean tooManyLogged;

    ReplayFolder(OutboxTable table, DeadLetterFolder deadLetters, BackoffPolicy backoff, Clock clock, BooleanSupplier stopping) {
        this.table = table;
        this.deadLetters = deadLetters;
        this.backoff = backoff;
        this.clock = clock;
        this.stopping = stopping;
    }

    /** Replays the usable files. Returns the messages that were added. */
    List<OutboxMessage> replay() {
        List<OutboxMessage> messages = new ArrayList<>();
        try {
            ReplayFile.Listing listing = ReplayFile.list(deadLetters.replayFolder());
            if (listing.cutShort() && !tooManyLogged) {
                LOG.warn("There are more files in {} than are read ({}): remove the files that are no results",
                        deadLetters.replayFolder(), listing.files().size());
            }
            tooManyLogged = listing.cutShort();
            Map<ReplayFile, String> known = new HashMap<>();
            listing.files().forEach(file -> Optional.ofNullable(rejected.get(file))
                    .ifPresent(destinationId -> known.put(file, destinationId)));
            rejected = known;
            logged.retainAll(listing.files().stream().map(ReplayFile::path).collect(Collectors.toSet()));
            replay(listing.files(), messages);
        } catch (IOException e) {
            LOG.warn("The results that are to be sent again can't be listed: {}", e.toString());
        }
        return messages;
    }

    private void replay(List<ReplayFile> files, List<OutboxMessage> messages) {
        int count = 0;
        long bytes = 0;
        for (ReplayFile file : files) {
            String destinationId = rejected.get(file);
            if (destinationId != null && (destinationId.isEmpty() || table.address(destinationId).isEmpty())) {
                continue;
            }
            if (stopping.getAsBoolean() || count >= MOST_FILES || bytes >= MOST_BYTES) {
                return;
            }
            count++;
            bytes += file.size();
            replay(file, messages);
        }
    }

    private void replay(ReplayFile file, List<OutboxMessage> messages) {
        Optional<String> problem = file.whyUnusable();
        if (problem.isPresent()) {
            leave(file, "", problem.get());
            return;
        }
        Path payload = deadLetters.temporary();
        try {
            DeadLetter deadLetter = DeadLetterFile.read(file.path(), payload,
                    destinationId -> table.address(destinationId).isPresent());
            Optional<String> uri = table.address(deadLetter.destinationId());
            if (uri.isEmpty()) {
                leave(file, deadLetter.destinationId(), "this database does not know its destination, " + deadLetter.destination());
            } else if (!AcceptedDestinations.redactedAddress(uri.get()).equals(deadLetter.destination())) {
                leave(file, "", "its destination does not match its lane");
            } else {
                replay(file, deadLetter.toMessage(uri.get(), payload), messages);
            }
        } catch (DatabaseException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            leave(file, "", FailureClassifier.describe(e));
        } finally {
            delete(payload);
        }
    }

    private void replay(ReplayFile file, OutboxMessage message, List<OutboxMessage> messages) throws IOException {
        if (!Files.isWritable(file.path().getParent())) {
            // otherwise it would be sent again and again
            throw new IOException("it could not be removed from its folder: allow this program to write there");
        }
        long now = clock.millis();
        table.addReplayed(message, now, now + backoff.keepFor().toMillis());
        messages.add(message);
        try {
            Files.delete(file.path());
        } catch (IOException e) {
            leave(file, "", "it was added to the outbox, but can't be deleted: " + e);
        }
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("{} can't be deleted: {}", temporary, e.toString());
        }
    }

    private void leave(ReplayFile file, String destinationId, String reason) {
        rejected.put(file, destinationId);
        if (logged.add(file.path())) {
            LOG.warn("{} can't be sent again and is left there: {}", MessageText.printable(file.path().toString()), reason);
        }
    }

    /**
     * An entry of the replay folder in the state in which it was listed: a changed file is another entry.
     *
     * @param regular whether it is a regular file
     */
    record ReplayFile(Path path, boolean regular, long size, long modified) {

        static final int MOST = 50_000;

        /** @param cutShort whether there are more files */
        record Listing(List<ReplayFile> files, boolean cutShort) {
        }

        /** Lists all files by name, or as many as the limit allows. */
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
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return Optional.of(new ReplayFile(path, attributes.isRegularFile(), attributes.size(),
                        attributes.lastModifiedTime().toMillis()));
            } catch (NoSuchFileException e) {
                // the file was removed meanwhile
                return Optional.empty();
            }
        }

        /** Returns the reason why the file can't be read at all. */
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
