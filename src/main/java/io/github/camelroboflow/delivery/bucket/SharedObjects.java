package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.TakeObject.ObjectFailureException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.source.ImageTally.StoredImage;
import io.github.camelroboflow.inference.InvalidImageException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/** The objects of a bucket that a dispatcher has found, and their end, which is the same as that of objects that a route lists. */
public final class SharedObjects {

    private final BucketInbox inbox;
    private final BucketSettings settings;

    /** @param inbox the inbox of this worker, whose attempts are not limited, since all workers share them */
    public SharedObjects(BucketInbox inbox, BucketSettings settings) {
        this.inbox = inbox;
        this.settings = settings;
    }

    /**
     * Returns an object by its reference, whether it is still there or not.
     *
     * @param etag as the listing had it
     * @param name its name below the inbox
     * @throws IOException if this program has another bucket, so that it can find none of its objects
     */
    public SharedObject find(String bucket, String key, String etag, long size, String name) throws IOException {
        if (!bucket.equals(settings.bucket())) {
            throw new IOException("a reference names the bucket " + bucket + ", and " + inbox.store().property("bucket") + " is "
                    + settings.bucket() + ": give the workers of a topic the bucket of its dispatcher");
        }
        return new SharedObject(new BucketObject(key, etag, size), name);
    }

    /** An object. Each step can be repeated: it does nothing if another program has made it. */
    public final class SharedObject {

        private final BucketObject object;
        private final String name;
        private TakenObject taken;
        /** The image whose end is in the bucket. A step may be repeated, since its record in the database may have failed. */
        private TakenObject ended;

        private SharedObject(BucketObject object, String name) {
            this.object = object;
            this.name = name;
        }

        /**
         * Downloads it, if it is still the same. Returns {@code false} if it is gone or finished.
         *
         * @throws IOException if no object can be read now
         */
        public boolean fetch(Exchange exchange) throws IOException {
            if (object.size() > settings.maxSize()) {
                throw new InvalidImageException(name + " is too large: it has " + object.size() + " bytes, and "
                        + inbox.store().property("maxSize") + " is " + settings.maxSize());
            }
            try {
                Optional<TakenObject> found = inbox.take(object, exchange);
                taken = found.orElse(null);
                return found.isPresent();
            } catch (ObjectFailureException e) {
                throw new IllegalStateException(e.getMessage());
            }
        }

        public File file() {
            return taken.file().toFile();
        }

        public String source() {
            return inbox.source();
        }

        /** Returns the etag of what was downloaded. */
        public String etag() {
            return taken.object().etag();
        }

        /** Returns the name that it and its results are filed under. */
        public String filedName() {
            return taken.place().name();
        }

        /** Moves, tags or remembers it as done. Returns it where it is now. */
        public StoredImage done() throws IOException {
            if (ended == null) {
                inbox.completion().done(taken);
                end(taken);
            }
            return () -> inbox.read(ended);
        }

        /** Moves, tags or remembers it as failed, and puts its report beside it. */
        public void failed(FailureReport report) throws IOException {
            if (ended == null) {
                TakenObject image = taken != null ? taken : new TakenObject(object, List.of(object), ObjectVersion.of(object),
                        name, new TakenObject.Place(name, false), null, null, Instant.now());
                inbox.completion().failed(image, report);
                end(image);
            }
        }

        private void end(TakenObject image) throws IOException {
            ended = image;
            release();
        }

        /** Leaves it in the bucket, and forgets what was downloaded. */
        public void release() throws IOException {
            if (taken != null) {
                inbox.completion().release(taken.place());
                taken.found().forEach(inbox.inFlight()::release);
                Files.deleteIfExists(taken.file());
                taken = null;
            }
        }
    }
}
