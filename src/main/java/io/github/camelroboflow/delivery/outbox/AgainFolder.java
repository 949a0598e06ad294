package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts deliveries that were given up back into the table, from the files that somebody moved into the folder for that. */
final class AgainFolder {

    private static final Logger LOG = LoggerFactory.getLogger(AgainFolder.class);

    private final OutboxTable table;
    private final RefusedDeliveries refused;
    private final Patience patience;
    private final Clock clock;
    /** Told of once. */
    private final Set<Path> unusable = new HashSet<>();

    AgainFolder(OutboxTable table, RefusedDeliveries refused, Patience patience, Clock clock) {
        this.table = table;
        this.refused = refused;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * Takes all files that can be used.
     *
     * @param destinations the addresses that this database knows, by lane
     * @return what was put back
     */
    List<Parcel> putBack(Map<String, String> destinations) {
        List<Parcel> parcels = new ArrayList<>();
        try {
            for (Path file : refused.again()) {
                putBack(file, destinations, parcels);
            }
        } catch (IOException e) {
            LOG.warn("The results that are to be sent again can't be listed: {}", e.toString());
        }
        return parcels;
    }

    private void putBack(Path file, Map<String, String> destinations, List<Parcel> parcels) {
        Path payload = refused.temporary();
        try {
            RefusedDeliveries.Refused delivery = refused.read(file, payload, destinations.keySet());
            String uri = destinations.get(delivery.lane());
            if (uri == null) {
                leave(file, "this database does not know its destination, " + delivery.destination());
                return;
            }
            long now = clock.millis();
            Parcel parcel = delivery.parcel(uri, payload);
            table.addAgain(parcel, now, now + patience.keepFor().toMillis());
            Files.delete(file);
            parcels.add(parcel);
        } catch (IOException | IllegalArgumentException e) {
            leave(file, e.toString());
        } finally {
            delete(payload);
        }
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            LOG.warn("{} can't be deleted: {}", temporary, e.toString());
        }
    }

    private void leave(Path file, String reason) {
        if (unusable.add(file)) {
            LOG.warn("{} can't be sent again: {}", file, reason);
        }
    }
}
