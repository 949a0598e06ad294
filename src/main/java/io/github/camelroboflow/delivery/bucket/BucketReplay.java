package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.TakenObject.Places;
import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Page;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion.Etags;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.route.OneShotJob;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays all failures of a bucket and then stops the program. Images in {@code failed} return to the inbox, images that stayed in
 * the inbox count as new, and the reports are deleted. The program that watches the bucket may run meanwhile.
 */
public final class BucketReplay implements OneShotJob {

    private static final Logger LOG = LoggerFactory.getLogger(BucketReplay.class);

    private final BucketInbox inbox;
    private volatile boolean incomplete;

    /** @param inbox the inbox that images go back to */
    public BucketReplay(BucketInbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public void process(Exchange exchange) {
        incomplete = true;
        int replayed = 0;
        int kept = 0;
        int refused = 0;
        try {
            Bucket bucket = inbox.bucket();
            String key = null;
            Page page;
            String token = null;
            do {
                page = bucket.list(inbox.failedPrefix(), token);
                token = page.next();
                for (BucketObject object : page.objects()) {
                    key = object.key();
                    try {
                        if (key.endsWith(FailureReport.SUFFIX)) {
                            replayed += isOfImageInInbox(bucket, object) ? 1 : 0;
                        } else if (!key.endsWith("/")) {
                            boolean moved = moveBack(bucket, object);
                            replayed += moved ? 1 : 0;
                            kept += moved ? 0 : 1;
                        }
                    } catch (BucketException e) {
                        if (e.answer().isEmpty()) {
                            throw e;
                        }
                        refused++;
                        LOG.error("{} stays: {}", MessageText.printable(key), MessageText.printable(e.getMessage()));
                    }
                }
            } while (!page.last());
            LOG.info("{} back in {}", replayed == 0 ? "No image is" : replayed == 1 ? "1 image is" : replayed + " images are",
                    inbox.source());
            incomplete = refused > 0 || page.cut();
            if (page.cut()) {
                LOG.error("The server's list of {} ends after {}, although the server says that more objects follow. Repeat the"
                        + " replay", inbox.failedPrefix(),
                        MessageText.printable(String.valueOf(key)));
            }
        } catch (IOException | DatabaseException e) {
            LOG.error("Not everything could be moved, try again: {}", MessageText.printable(e.getMessage()));
        } finally {
            if (kept > 0) {
                LOG.warn("{} in {}, since other images have the same names in the inbox", kept == 1 ? "1 image stays"
                        : kept + " images stay", inbox.failedPrefix());
            }
            OneShotJob.end(exchange.getContext());
        }
    }

    @Override
    public int exitCode() {
        return incomplete ? 1 : 0;
    }

    private boolean moveBack(Bucket bucket, BucketObject object) throws IOException {
        String name = object.key().substring(inbox.failedPrefix().length());
        Optional<BucketObject> there = bucket.find(inbox.prefix() + name);
        boolean moved = there.isEmpty() ? copy(bucket, object, inbox.prefix() + name)
                // a synthetic etag does not prove that it is the same image
                : !Etags.isSynthetic(object.etag()) && there.get().etag().equals(object.etag());
        if (moved) {
            bucket.delete(object.key());
            bucket.delete(Places.key(inbox.failedPrefix(), name, FailureReport.SUFFIX));
        }
        return moved;
    }

    /** Copies an object. Repeats that with its current etag, since a listing can report another one. */
    private static boolean copy(Bucket bucket, BucketObject object, String key) throws BucketException {
        if (bucket.copy(object, key)) {
            return true;
        }
        Optional<BucketObject> now = bucket.find(object.key());
        return now.isPresent() && bucket.copy(now.get(), key);
    }

    /** Makes the image of a report count as new if it stayed in the inbox. Other images are moved with their reports. */
    private boolean isOfImageInInbox(Bucket bucket, BucketObject report) throws IOException {
        String copy = report.key().substring(0, report.key().length() - FailureReport.SUFFIX.length());
        if (bucket.find(copy).isPresent()) {
            return false;
        }
        Optional<byte[]> content = bucket.read(report.key());
        if (content.isEmpty()) {
            return false;
        }
        String name = Json.MAPPER.readTree(content.get()).path("image").asText();
        Optional<BucketObject> image = bucket.find(inbox.prefix() + name);
        if (image.isEmpty() && inbox.isMoving()) {
            return false;
        }
        if (image.isPresent()) {
            inbox.completion().forget(image.get());
        }
        bucket.delete(report.key());
        return image.isPresent();
    }
}
