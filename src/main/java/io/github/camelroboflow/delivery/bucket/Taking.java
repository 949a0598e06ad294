package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.Attempts;
import io.github.camelroboflow.delivery.FailureReport;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
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
    private final Predicate<BucketObject> wanted;
    private final AfterReading after;
    private final WorkFiles files;
    private final InFlight inFlight;
    private final Attempts attempts;
    private final Finishing finishing;
    private final Probe probe;
    private final Pauses pauses = new Pauses(System::nanoTime);

    /** @param wanted whether an object is by its key an image of the inbox */
    Taking(Bucket bucket, BucketSettings settings, Predicate<BucketObject> wanted, AfterReading after, WorkFiles files,
            InFlight inFlight, Attempts attempts, Finishing finishing, Probe probe) {
        this.bucket = bucket;
        this.settings = settings;
        this.wanted = wanted;
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
            if (one.isEnding || (one.isAskingAfter ? probe.isFinishingDown(e, false) : probe.isReadingDown(found.key(), e))) {
                throw e;
            }
            one.fail(e);
        } finally {
            if (taken.isEmpty()) {
                one.release();
            }
        }
        if (taken.isEmpty() && one.isIdle) {
            // whatever the reason, it is not looked for at once again
            pauses.begin(found);
        }
        taken.ifPresent(image -> {
            pauses.forget(found);
            probe.isReadable(image.object().key());
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
        /** Whether the request in progress is about the end of images rather than about reading this one. */
        private boolean isAskingAfter;
        /** Whether nothing came of it, and no pause has begun. */
        private boolean isIdle = true;

        Try(BucketObject found, Exchange exchange) {
            this.found = found;
            this.exchange = exchange;
        }

        Optional<TakenObject> take() throws IOException {
            List<BucketObject> names = names();
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

        private List<BucketObject> names() {
            // only one of the two may be the name of an image
            return Stream.of(found, found.isNoted() ? found.withKey(found.asSent()) : found).distinct().filter(wanted).toList();
        }

        /** For when the server tells of an object in another way than it was found, or another one has its key by now. */
        private Optional<TakenObject> takeAsItIs(List<BucketObject> names) throws IOException {
            for (BucketObject name : names) {
                Optional<BucketObject> now = bucket.find(name.key());
                if (now.isPresent()) {
                    Optional<TakenObject> taken = take(now.get(), false).taken;
                    return taken.isPresent() ? Optional.of(withoutReplaced(taken.get())) : taken;
                }
            }
            return Optional.empty();
        }

        /** Forgets what was found and replaced meanwhile: it was not looked at, and may come again. */
        private TakenObject withoutReplaced(TakenObject image) {
            for (BucketObject other : List.copyOf(held)) {
                if (!other.equals(image.object()) && !isListed(other)) {
                    held.remove(other);
                    inFlight.release(other);
                }
            }
            return image.foundAs(List.copyOf(held));
        }

        private boolean isListed(BucketObject object) {
            try {
                return bucket.isListed(object);
            } catch (BucketException e) {
                LOG.debug("then it may come again", e);
                return false;
            }
        }

        private Outcome take(BucketObject object, boolean onlyThis) throws IOException {
            if (!held.contains(object) && !inFlight.take(object)) {
                elsewhere = true;
                isIdle = false;
                return Outcome.DONE;
            }
            held.add(object);
            isAskingAfter = true;
            if (after.isFinished(object)) {
                return Outcome.DONE;
            }
            isAskingAfter = false;
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
                isAskingAfter = true;
                TakenObject.Place place = after.reserve(object, name, modified);
                isAskingAfter = false;
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
                isIdle = false;
            } else if (tellsAtThisPause()) {
                LOG.warn("{} is listed, and is not there; it is looked for again, less and less often", Printable.of(found.key()));
            }
        }

        private boolean tellsAtThisPause() {
            isIdle = false;
            return pauses.begin(found) == LISTED_AND_GONE;
        }

        private void tooLarge(BucketObject object) throws IOException {
            String name = settings.name(object.key());
            Throwable error = new InvalidImageException(String.format(Locale.ROOT,
                    "%s is too large: it has %s, and s3.maxSize is %s", name, size(object.size()), size(settings.maxSize)));
            giveUp(object, error, 1);
        }

        private static String size(long bytes) {
            return bytes % MEGABYTE == 0 || bytes > 100 * MEGABYTE ? bytes / MEGABYTE + " MB" : bytes + " bytes";
        }

        private void fail(BucketException failure) throws IOException, ObjectFailureException {
            isIdle = false;
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
            isIdle = true;
        }

        private void giveUp(BucketObject object, Throwable error, int tries) throws IOException {
            BucketObject told = object.etag() == null ? new BucketObject(object.key(), "unknown", object.size()) : object;
            String name = settings.name(object.key());
            List<BucketObject> all = Stream.concat(held.stream(), Stream.of(told)).distinct().toList();
            TakenObject image = new TakenObject(told, all, Version.of(told), name, new TakenObject.Place(name, false),
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
