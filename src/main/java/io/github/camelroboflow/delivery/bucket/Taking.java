package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.Attempts;
import io.github.camelroboflow.delivery.FailureReport;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes objects out of the bucket, each once. A failure with one object while others can be read counts as a try of that image, as
 * a failure does while it is worked on.
 */
final class Taking {

    private static final Logger LOG = LoggerFactory.getLogger(Taking.class);
    private static final long MEGABYTE = 1_000_000;
    /** How often a listing may show an object that is not there before a person is told. */
    private static final int LISTED_AND_GONE = 3;

    private final Bucket bucket;
    private final BucketSettings settings;
    private final AfterReading after;
    private final WorkFiles files;
    private final InFlight inFlight;
    private final Attempts attempts;
    private final Finishing finishing;
    private final Probe probe;
    private final Pauses pauses = new Pauses(System::nanoTime);

    Taking(Bucket bucket, BucketSettings settings, AfterReading after, WorkFiles files, InFlight inFlight, Attempts attempts,
            Finishing finishing, Probe probe) {
        this.bucket = bucket;
        this.settings = settings;
        this.after = after;
        this.files = files;
        this.inFlight = inFlight;
        this.attempts = attempts;
        this.finishing = finishing;
        this.probe = probe;
    }

    boolean isPausing(BucketObject object) {
        return !pauses.isOver(object);
    }

    /**
     * Takes an object: its content is in a file then.
     *
     * @return empty if there is nothing to take: it is gone, finished, or worked on already, or has failed
     * @throws IOException            if no object can be read now
     * @throws ObjectFailureException if this one can't be read, and is to be tried again
     */
    Optional<TakenObject> take(BucketObject found, Exchange exchange) throws IOException, ObjectFailureException {
        Try one = new Try(found, exchange);
        Optional<TakenObject> taken = Optional.empty();
        try {
            taken = one.take();
        } catch (BucketException e) {
            if (one.isEnding || probe.isReadingDown(found.key(), e)) {
                throw e;
            }
            one.fail(e);
        } finally {
            if (taken.isEmpty()) {
                one.release();
            }
        }
        taken.ifPresent(image -> {
            pauses.forget(found);
            attempts.begun(image.object().identity());
        });
        return taken;
    }

    /** One try to take what was found. */
    private final class Try {

        private final BucketObject found;
        private final Exchange exchange;
        /** The objects that are marked as being worked on. */
        private final Set<BucketObject> held = new LinkedHashSet<>();
        private boolean elsewhere;
        private boolean isEnding;

        Try(BucketObject found, Exchange exchange) {
            this.found = found;
            this.exchange = exchange;
        }

        Optional<TakenObject> take() throws IOException {
            List<BucketObject> names = new ArrayList<>(List.of(found));
            if (found.isNoted() && !found.asSent().equals(found.key())) {
                names.add(found.withKey(found.asSent()));
            }
            boolean there = false;
            for (BucketObject name : names) {
                Optional<BucketObject> object = name.isKnownInFull() ? Optional.of(name) : bucket.find(name.key());
                Reading.Nothing nothing = Reading.Nothing.GONE;
                if (object.isPresent()) {
                    Outcome outcome = take(object.get(), true);
                    if (outcome.nothing == null) {
                        return outcome.taken;
                    }
                    nothing = outcome.nothing;
                }
                there |= nothing == Reading.Nothing.CHANGED;
            }
            if (there) {
                return takeAsItIs(names);
            }
            tellGone();
            return Optional.empty();
        }

        /** For when the server tells of an object in another way than it was found, or another one has its key by now. */
        private Optional<TakenObject> takeAsItIs(List<BucketObject> names) throws IOException {
            for (BucketObject name : names) {
                Optional<BucketObject> now = bucket.find(name.key());
                if (now.isPresent()) {
                    return take(now.get(), false).taken;
                }
            }
            return Optional.empty();
        }

        private Outcome take(BucketObject object, boolean onlyThis) throws IOException {
            if (!held.contains(object) && !inFlight.take(object)) {
                elsewhere = true;
                return Outcome.DONE;
            }
            held.add(object);
            if (after.isFinished(object)) {
                return Outcome.DONE;
            }
            if (object.size() > settings.maxSize) {
                tooLarge(object);
                return Outcome.DONE;
            }
            return download(object, onlyThis);
        }

        private Outcome download(BucketObject object, boolean onlyThis) throws IOException {
            Path file = files.next(object.key());
            String name = settings.name(object.key());
            TakenObject taken = null;
            try {
                Reading reading = bucket.read(object, file, onlyThis);
                if (reading instanceof Reading.Nothing nothing) {
                    return new Outcome(nothing, Optional.empty());
                }
                Reading.Content content = (Reading.Content) reading;
                Version version = known(object, content.version());
                Instant modified = version.modified() == null ? Instant.now() : version.modified();
                TakenObject.Place place = after.reserve(object, name, modified);
                taken = new TakenObject(object, List.copyOf(held), version, name, place, file, content.facts(), modified);
                return new Outcome(null, Optional.of(taken));
            } finally {
                if (taken == null) {
                    Files.deleteIfExists(file);
                }
            }
        }

        /** Adds the etag that HEAD tells, which may be a third; in the end HEAD decides whether the object may be deleted. */
        private Version known(BucketObject object, Version version) throws IOException {
            if (version.etags().size() == 1) {
                return version;
            }
            return bucket.head(object.key()).filter(version::looksLike)
                    .map(head -> version.with(Etags.of(head.eTag(), head.contentLength(), head.lastModified()))).orElse(version);
        }

        private void tellGone() {
            if (found.isNoted()) {
                Notification.checkEncoding(found.asSent());
                LOG.info("{} is not there, of which a message told; it may have been taken, moved or deleted since",
                        Printable.of(found.asSent()));
            } else if (pauses.begin(found) == LISTED_AND_GONE) {
                LOG.warn("{} is listed, and is not there; it is looked for again, less and less often", Printable.of(found.key()));
            }
        }

        private void tooLarge(BucketObject object) throws IOException {
            String name = settings.name(object.key());
            if (after.isReported(object, name)) {
                pauses.leave(object);
                return;
            }
            Throwable error = new InvalidImageException(String.format(Locale.ROOT,
                    "%s is too large: it has %s, and s3.maxSize is %s", name, size(object.size()), size(settings.maxSize)));
            giveUp(object, error, 1);
        }

        private static String size(long bytes) {
            return bytes % MEGABYTE == 0 || bytes > 100 * MEGABYTE ? bytes / MEGABYTE + " MB" : bytes + " bytes";
        }

        private void fail(BucketException failure) throws IOException, ObjectFailureException {
            String name = settings.name(found.key());
            if (after.isReported(found, name)) {
                LOG.info("{} still can't be read, and stays in the inbox; it failed before", Printable.of(found.key()));
                pauses.leave(found);
                return;
            }
            ObjectFailureException error = new ObjectFailureException(failure.getMessage());
            error.addSuppressed(failure);
            boolean enough = attempts.failed(found.identity(), false);
            int tries = attempts.failures(found.identity());
            if (!enough) {
                LOG.info("{} is tried again: {}", Printable.of(found.key()), Printable.of(failure.getMessage()));
                pauses.begin(found);
                throw error;
            }
            giveUp(found, error, tries);
            pauses.leave(found);
        }

        private void giveUp(BucketObject object, Throwable error, int tries) throws IOException {
            BucketObject told = object.etag() == null ? new BucketObject(object.key(), "unknown", object.size()) : object;
            String name = settings.name(object.key());
            TakenObject image = new TakenObject(told, List.of(told), Version.of(told), name, new TakenObject.Place(name, false),
                    null, null, Instant.now());
            attempts.forget(object.identity());
            isEnding = true;
            finishing.giveUp(image, FailureReport.of(name, error, tries, exchange));
        }

        void release() {
            held.forEach(inFlight::release);
            if (!elsewhere) {
                inFlight.giveBack(found);
            }
        }
    }

    /** @param nothing why it was not taken; {@code null} if nothing more is to be done in any case */
    private record Outcome(Reading.Nothing nothing, Optional<TakenObject> taken) {

        static final Outcome DONE = new Outcome(null, Optional.empty());
    }
}
