package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.disk.Disk;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.folder.FolderReplay;
import io.github.camelroboflow.delivery.outbox.DeadLetter.DeadLetterFile;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.outbox.Payload.UnpackedMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of what was given up: a file for each, with what was to be sent and why it was not accepted. A file that is put into
 * the folder's {@code again} is sent once more.
 */
final class DeadLetterFolder {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterFolder.class);
    private static final Pattern PLAIN = Pattern.compile("[a-z0-9-]{1,200}");
    private static final int LONGEST = 200;

    private static final String TEMPORARY = ".tmp";

    /** After so long, nobody is at a file any more that is not seen. */
    private static final Duration LEFT = Duration.ofDays(1);

    private final Path folder;

    DeadLetterFolder(Path folder) {
        this.folder = folder;
    }

    /** Writes the file of a row that was given up, in the place of one about the same delivery. */
    Path write(OutboxRow row, String reason, Instant now) throws IOException {
        Disk.createPrivateFolder(folder);
        String id = name(row.parcel().deliveryId());
        String part = row.parcel().part().isEmpty() ? "" : "-" + beginning(row.parcel().part());
        Path target = folder.resolve(id + "-" + beginning(row.lane()) + part + ".json");
        Path temporary = temporary();
        try (UnpackedMessage unpacked = UnpackedMessage.of(row.parcel(), folder)) {
            DeadLetterFile.write(temporary, row, DeadLetter.of(row, reason, now), unpacked.parcel().payload());
            Disk.force(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Disk.forceFolder(folder);
            return target;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A name for a file that is not seen. */
    Path temporary() {
        return folder.resolve("." + UUID.randomUUID() + TEMPORARY);
    }

    /** Deletes what programs left in the folder that were killed; others may be at work there. */
    void deleteStaleTemporaries() {
        Disk.restrictToOwner(folder);
        Instant before = Instant.now().minus(LEFT);
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

    /** The folder of what is to be sent once more. */
    Path replayFolder() {
        return folder.resolve(FolderReplay.REPLAY_FOLDER);
    }

    /** An id of ours as it is; one that others made with a hash, so that two never become one, on no file system. */
    private static String name(String deliveryId) {
        return PLAIN.matcher(deliveryId).matches() ? deliveryId : deliveryId.substring(0, Math.min(LONGEST, deliveryId.length()))
                .replaceAll("[^A-Za-z0-9_-]", "_") + "~" + HashedIds.sha256(deliveryId).substring(0, 8);
    }

    /** In characters that a name may have, whoever made the row. */
    private static String beginning(String id) {
        return id.substring(0, Math.min(8, id.length())).replaceAll("[^A-Za-z0-9_-]", "_");
    }
}
