package io.github.camelroboflow.app.page;

import io.github.camelroboflow.app.page.RecentWork.FailedImage;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.outbox.Outbox.Dropped;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.server.ServerResponse;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.file.FileEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what the page may change: a failed image is tried again, a dropped image goes into an inbox, and results that wait
 * are dropped.
 */
final class Changes {

    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final String ALL = "all";
    private static final int MOST_NAMES = 100;
    private static final Duration LONGEST_DROP = Duration.ofSeconds(5);

    private final CamelContext context;
    private final Settings settings;
    private final Failures failures;

    Changes(CamelContext context, Settings settings, Failures failures) {
        this.context = context;
        this.settings = settings;
        this.failures = failures;
    }

    /** @param failure the number of a failure, or {@code all} */
    ServerResponse retry(String failure) {
        int moved = 0;
        try {
            if (failure.equals(ALL)) {
                for (FailedImage each : failures.last()) {
                    moved += failures.retry(each.number()) ? 1 : 0;
                }
            } else if (failure.matches("-?\\d{1,18}")) {
                moved += failures.retry(Long.parseLong(failure)) ? 1 : 0;
            }
        } catch (IOException e) {
            LOG.debug("not moved", e);
            return ServerResponse.message(500, "An image can't be moved back into the inbox: " + e.getMessage());
        }
        return moved == 0 ? ServerResponse.message(404, "The image is no longer among the failed ones of a watched folder.")
                : ServerResponse.json(Json.MAPPER.createObjectNode().put("moved", moved));
    }

    /** Drops results that wait for a destination, as many as some seconds allow. */
    ServerResponse dropWaiting(String destination) {
        Outbox outbox = context.getRegistry().lookupByNameAndType("outbox", Outbox.class);
        Optional<Dropped> dropped = outbox == null ? Optional.empty() : outbox.drop(destination, Instant.now(), LONGEST_DROP);
        return dropped.map(part -> ServerResponse.json(Json.MAPPER.createObjectNode().put("dropped", part.dropped())
                .put("left", part.left()).put("folder", part.folder().toString())))
                .orElseGet(() -> ServerResponse.message(404, "No results wait for this destination."));
    }

    /**
     * @param watch the name of one of several watched folders
     * @param name  the file's name as the browser has it; folders in it are left out
     */
    ServerResponse drop(String watch, String name, byte[] content) {
        Optional<Watch> chosen = settings.folders().stream().filter(each -> each.name().equals(watch)).findFirst();
        if (chosen.isEmpty()) {
            return ServerResponse.message(409, "Choose one of the inboxes "
                    + settings.folders().stream().map(Watch::name).collect(Collectors.joining(", ")) + " for the image.");
        }
        InboxSettings folders = chosen.get().folders();
        if (!isWatched(folders.inbox())) {
            return ServerResponse.message(409, "No route watches " + folders.inbox() + ", so nobody would take the image.");
        }
        if (!folders.doneFileName().isEmpty()) {
            return ServerResponse.message(409, "Images in " + folders.inbox() + " are only taken with a file beside them"
                    + " (inbox.doneFileName), so drop both into that folder.");
        }
        String safe = fileName(name);
        if (content.length == 0 || !settings.images().accept(safe)) {
            return ServerResponse.message(415, content.length == 0 ? "The file is empty."
                    : "The file is no image by its name, or such names are not taken (inbox.extensions, inbox.include,"
                            + " inbox.exclude).");
        }
        // outside the watched folder, but on its file system; what a crash leaves of it is deleted at the next start
        Path temporary = folders.work().resolve(InboxStrategy.TEMPORARY + UUID.randomUUID());
        try {
            try {
                Files.write(temporary, content, StandardOpenOption.CREATE_NEW);
                return ServerResponse.json(Json.MAPPER.createObjectNode().put("name", rename(temporary, folders.inbox(), safe)));
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            LOG.debug("not dropped", e);
            return ServerResponse.message(500, "The image can't be written into " + folders.inbox() + ": " + e.getMessage());
        }
    }

    private boolean isWatched(Path folder) {
        Path wanted = folder.toAbsolutePath().normalize();
        return context.getRoutes().stream().map(route -> route.getEndpoint()).filter(FileEndpoint.class::isInstance)
                .map(endpoint -> ((FileEndpoint) endpoint).getFile().toPath().toAbsolutePath().normalize())
                .anyMatch(wanted::equals);
    }

    /** Returns the last part of a name, without what makes a file hidden, as a name that is safe on every system. */
    static String fileName(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).strip()
                .replaceFirst("^[.~$\\s]+", "");
        return FileNames.writable(FileNames.safe(last));
    }

    /** Renames the file to a name that no other image has. Returns the name. */
    private static String rename(Path file, Path inbox, String name) throws IOException {
        String free = name;
        for (int tries = 0; tries < MOST_NAMES; tries++) {
            try {
                Disk.rename(file, inbox.resolve(free));
                return free;
            } catch (FileAlreadyExistsException e) {
                free = FileNames.withMark(name, UUID.randomUUID().toString().substring(0, 8));
            }
        }
        throw new FileAlreadyExistsException(name);
    }
}
