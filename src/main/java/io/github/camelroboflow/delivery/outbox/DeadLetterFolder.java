package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.folder.FolderReplay;
import io.github.camelroboflow.delivery.outbox.DeadLetter.DeadLetterFile;
import io.github.camelroboflow.delivery.outbox.Outbox.RefusedDelivery;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.outbox.Payload.UnpackedMessage;
import io.github.camelroboflow.inference.support.Hashes;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letter folder: a file for each message that was given up, with its payload and the reason. A file that is moved into the
 * replay folder in it is sent once more.
 */
final class DeadLetterFolder {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterFolder.class);
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9-]{1,200}");
    private static final int LONGEST = 200;

    private static final String TEMPORARY = ".tmp";
    private static final String DROPPED = "dropped";

    /** The age after which a temporary file is not in use any more. */
    private static final Duration STALE_AFTER = Duration.ofDays(1);

    private final Path folder;

    DeadLetterFolder(Path folder) {
        this.folder = folder;
    }

    /** Returns the folder for the messages that a person dropped, which are not replayed with the others. */
    static Path dropped(Path folder) {
        return folder.resolve(DROPPED);
    }

    Path folder() {
        return folder;
    }

    /** Writes the file of a row that was given up. Replaces a file about the same delivery. */
    Path write(OutboxRow row, String reason, Instant now) throws IOException {
        Disk.createPrivateFolder(folder);
        String id = name(row.message().deliveryId());
        String part = row.message().part().isEmpty() ? "" : "-" + prefix(row.message().part());
        Path target = folder.resolve(id + "-" + prefix(row.destinationId()) + part + ".json");
        Path temporary = temporary();
        try (UnpackedMessage unpacked = UnpackedMessage.of(row.message(), folder)) {
            DeadLetterFile.write(temporary, row, DeadLetter.of(row, reason, now), unpacked.message().payload());
            Disk.force(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Disk.forceFolder(folder);
            return target;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Returns the name of a temporary file, which is hidden. */
    Path temporary() {
        return folder.resolve("." + UUID.randomUUID() + TEMPORARY);
    }

    /** Deletes old temporary files of killed programs. Other programs may use the folder at the same time. */
    void deleteStaleTemporaries() {
        Disk.restrictToOwner(folder);
        Instant before = Instant.now().minus(STALE_AFTER);
        try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            for (Path file : files.filter(DeadLetterFolder::isTemporary).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.debug("left to the next start", e);
        }
    }

    private static boolean isTemporary(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(TEMPORARY);
    }

    /** Returns the messages of a delivery, without their payloads. */
    List<RefusedDelivery> refusedOf(String deliveryId) {
        List<RefusedDelivery> refused = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name(deliveryId) + "-*.json")) {
                for (Path file : files) {
                    DeadLetter letter = DeadLetterFile.readData(file);
                    refused.add(new RefusedDelivery(letter.destination(), letter.reason(), letter.time(),
                            folder.endsWith(DROPPED)));
                }
            } catch (IOException | DirectoryIteratorException e) {
                LOG.debug("{} can't be read", folder, e);
            }
        }
        return refused;
    }

    /** Returns the replay folder. */
    Path replayFolder() {
        return folder.resolve(FolderReplay.REPLAY_FOLDER);
    }

    /**
     * Returns a file name for a delivery id. An id of this program stays as it is. A foreign id gets a hash, so that two never get
     * the same name on any file system.
     */
    private static String name(String deliveryId) {
        return PLAIN.matcher(deliveryId).matches() ? deliveryId : deliveryId.substring(0, Math.min(LONGEST, deliveryId.length()))
                .replaceAll("[^A-Za-z0-9_-]", "_") + "~" + Hashes.sha256Hex(deliveryId).substring(0, 8);
    }

    /** Returns the start of an id in characters that are safe in a file name, whoever made the row. */
    private static String prefix(String id) {
        return id.substring(0, Math.min(8, id.length())).replaceAll("[^A-Za-z0-9_-]", "_");
    }
}
