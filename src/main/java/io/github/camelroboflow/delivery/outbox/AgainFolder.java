package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.DatabaseException;
import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.delivery.Failures;
import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
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
final class AgainFolder {

    private static final Logger LOG = LoggerFactory.getLogger(AgainFolder.class);

    /** How much is looked at before others of this program have their turn: the next look goes on. */
    private static final int MOST_FILES = 1000;
    private static final long MOST_BYTES = 500_000_000;

    private final OutboxTable table;
    private final RefusedDeliveries refused;
    private final Patience patience;
    private final Clock clock;
    private final BooleanSupplier stopping;
    /** Files that can't be used as they are, each with the lane that is not known, or nothing. */
    private Map<AgainFile, String> left = new HashMap<>();
    /** Files that are named once, even if they change, as files do that are still being written. */
    private final Set<Path> told = new HashSet<>();
    private boolean toldOfTooMany;

    AgainFolder(OutboxTable table, RefusedDeliveries refused, Patience patience, Clock clock, BooleanSupplier stopping) {
        this.table = table;
        this.refused = refused;
        this.patience = patience;
        this.clock = clock;
        this.stopping = stopping;
    }

    /** Takes files that can be used; returns what was put back. */
    List<Parcel> putBack() {
        List<Parcel> parcels = new ArrayList<>();
        try {
            AgainFile.Listing listing = AgainFile.list(refused.again());
            if (listing.cutShort() && !toldOfTooMany) {
                LOG.warn("There are more files in {} than are looked at ({}): take out those that are no results", refused.again(),
                        listing.files().size());
            }
            toldOfTooMany = listing.cutShort();
            Map<AgainFile, String> there = new HashMap<>();
            listing.files().forEach(file -> Optional.ofNullable(left.get(file)).ifPresent(lane -> there.put(file, lane)));
            left = there;
            told.retainAll(listing.files().stream().map(AgainFile::path).collect(Collectors.toSet()));
            putBack(listing.files(), parcels);
        } catch (IOException e) {
            LOG.warn("The results that are to be sent again can't be listed: {}", e.toString());
        }
        return parcels;
    }

    private void putBack(List<AgainFile> files, List<Parcel> parcels) {
        int count = 0;
        long bytes = 0;
        for (AgainFile file : files) {
            String lane = left.get(file);
            if (lane != null && (lane.isEmpty() || table.address(lane).isEmpty())) {
                continue;
            }
            if (stopping.getAsBoolean() || count >= MOST_FILES || bytes >= MOST_BYTES) {
                return;
            }
            count++;
            bytes += file.size();
            putBack(file, parcels);
        }
    }

    private void putBack(AgainFile file, List<Parcel> parcels) {
        Optional<String> strange = file.strange();
        if (strange.isPresent()) {
            leave(file, "", strange.get());
            return;
        }
        Path payload = refused.temporary();
        try {
            Refused delivery = RefusedFile.read(file.path(), payload, lane -> table.address(lane).isPresent());
            Optional<String> uri = table.address(delivery.lane());
            if (uri.isEmpty()) {
                leave(file, delivery.lane(), "this database does not know its destination, " + delivery.destination());
            } else if (!Deliveries.place(uri.get()).equals(delivery.destination())) {
                leave(file, "", "its destination is not that of its lane");
            } else {
                putBack(file, delivery.parcel(uri.get(), payload), parcels);
            }
        } catch (DatabaseException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            leave(file, "", Failures.sentence(e));
        } finally {
            delete(payload);
        }
    }

    private void putBack(AgainFile file, Parcel parcel, List<Parcel> parcels) throws IOException {
        if (!Files.isWritable(file.path().getParent())) {
            // it would be sent again and again
            throw new IOException("it could not be taken out of its folder, which this program must be allowed to write to");
        }
        long now = clock.millis();
        table.addAgain(parcel, now, now + patience.keepFor().toMillis());
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

    private void leave(AgainFile file, String lane, String reason) {
        left.put(file, lane);
        if (told.add(file.path())) {
            LOG.warn("{} can't be sent again and is left there: {}", Printable.of(file.path().toString()), reason);
        }
    }
}
