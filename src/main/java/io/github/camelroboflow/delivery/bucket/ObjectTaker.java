package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.InFlightObjects.ObjectBackoff;
import io.github.camelroboflow.delivery.bucket.TakeObject.ObjectFailureException;
import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ReadResult;
import io.github.camelroboflow.delivery.bucket.client.ObjectVersion;
import io.github.camelroboflow.delivery.failure.AttemptCounter;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.MessageText;
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
 * Takes objects out of the bucket, each once. A failure with one object while others can be read counts as an attempt for that
 * image, like a failure while it is processed.
 */
final class ObjectTaker {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectTaker.class);
    private static final long MEGABYTE = 1_000_000;
    /** The number of listings that show a missing object before it is logged. */
    private static final int LISTED_AND_GONE = 3;

    private final Bucket bucket;
    private final BucketSettings settings;
    private final Predicate<BucketObject> wanted;
    private final CompletionStrategy completion;
    private final WorkFiles files;
    private final InFlightObjects inFlight;
    private final AttemptCounter attempts;
    private final ObjectFinisher finisher;
    private final OutageProbe probe;
    private final ObjectBackoff pauses = new ObjectBackoff(System::nanoTime);

    /** @param wanted whether an object's key is that of an image in the inbox */
    ObjectTaker(Bucket bucket, BucketSettings settings, Predicate<BucketObject> wanted, CompletionStrategy completion,
            WorkFiles files, InFlightObjects inFlight, AttemptCounter attempts, ObjectFinisher finisher, OutageProbe probe) {
        this.bucket = bucket;
        this.settings = settings;
        this.wanted = wanted;
        this.completion = completion;
        this.files = files;
        this.inFlight = inFlight;
        this.attempts = attempts;
        this.finisher = finisher;
        this.probe = probe;
    }

    boolean isPausing(BucketObject object) {
        return !pauses.isOver(object);
    }

    /**
     * Takes an object: downloads its content into a file.
     *
     * @return empty if there is nothing to take: the object is gone, finished, in progress, or has failed
     * @throws IOException if no object can be read now
     * @throws ObjectFailureException if this object can't be read and is to be tried again
     */
    Optional<TakenObject> take(BucketObject found, Exchange exchange) throws IOException, ObjectFailureException {
        Attempt attempt = new Attempt(found, exchange);
        Optional<TakenObject> taken = Optional.empty();
        try {
            taken = attempt.take();
        } finally {
            if (taken.isEmpty()) {
                attempt.release();
            }
        }
        return taken;
    }

    /** One attempt to take an object. */
    private final class Attempt {

        private final BucketObject found;
        private final Exchange exchange;
        /** The objects that are marked as in progress. */
        private final Set<BucketObject> held = new LinkedHashSet<>();
        /** Whether the request in progress is about the completion of images, not about the read of this one. */
        private boolean isCompletionRequest;

        Attempt(BucketObject found, Exchange exchange) {
            this.found = found;
            this.exchange = exchange;
        }

        Optional<TakenObject> take() throws IOException, ObjectFailureException {
            Outcome outcome;
            try {
                outcome = check();
            } catch (BucketException e) {
                if (isCompletionRequest ? probe.isFinishingDown(e, false) : probe.isReadingDown(found.key(), e)) {
                    throw e;
                }
                fail(e);
                return Optional.empty();
            }
            if (outcome instanceof Taken taken) {
                pauses.forget(found);
                probe.wasRead(taken.image.object().key());
                attempts.started(taken.image.object().identity());
                return Optional.of(taken.image);
            }
            if (outcome instanceof TooLarge large) {
                giveUp(large.object, tooLarge(large.object), 1);
            }
            if (outcome == Nothing.ELSEWHERE && found.isNoted()) {
                // without its message, nothing would tell of the image after a crash; it may be the same message
                throw new ObjectFailureException(found.key() + " is in work already, so this message comes again");
            }
            if (outcome != Nothing.ELSEWHERE) {
                // in any case the object is not listed again immediately
                int count = pauses.begin(found);
                if (outcome == Nothing.GONE) {
                    logMissing(count);
                }
            }
            return Optional.empty();
        }

        private Outcome check() throws IOException {
            List<BucketObject> names = names();
            boolean changed = false;
            for (BucketObject name : names) {
                Optional<BucketObject> object = name.isKnownInFull() ? Optional.of(name) : bucket.find(name.key());
                Outcome outcome = object.isPresent() ? check(object.get(), true) : Nothing.GONE;
                if (outcome != Nothing.GONE && outcome != Nothing.CHANGED) {
                    return outcome;
                }
                changed |= outcome == Nothing.CHANGED;
            }
            return changed ? checkCurrent(names) : Nothing.GONE;
        }

        private List<BucketObject> names() {
            // only one of the two may be an image's name
            return Stream.of(found, found.isNoted() ? found.withKey(found.asSent()) : found).distinct().filter(wanted).toList();
        }

        /**
         * Checks the current object, when the server describes an object differently than before, or another one has its key by
         * now.
         */
        private Outcome checkCurrent(List<BucketObject> names) throws IOException {
            for (BucketObject name : names) {
                Optional<BucketObject> now = bucket.find(name.key());
                if (now.isPresent()) {
                    Outcome outcome = check(now.get(), false);
                    return outcome instanceof Taken taken ? new Taken(withoutReplaced(taken.image)) : outcome;
                }
            }
            return Nothing.GONE;
        }

        /** Releases the objects that were replaced meanwhile: they were not checked and may return. */
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
                LOG.debug("it may return", e);
                return false;
            }
        }

        private Outcome check(BucketObject object, boolean onlyThis) throws IOException {
            if (!held.contains(object) && !inFlight.take(object)) {
                return Nothing.ELSEWHERE;
            }
            held.add(object);
            isCompletionRequest = true;
            boolean finished = completion.isFinished(object);
            isCompletionRequest = false;
            if (finished) {
                return Nothing.FINISHED;
            }
            return object.size() > settings.maxSize() ? new TooLarge(object) : download(object, onlyThis);
        }

        private Outcome download(BucketObject object, boolean onlyThis) throws IOException {
            Path file = files.next(object.key());
            String name = settings.name(object.key());
            TakenObject taken = null;
            try {
                ReadResult result = bucket.read(object, file, onlyThis);
                if (result instanceof ReadResult.Nothing nothing) {
                    return nothing == ReadResult.Nothing.CHANGED ? Nothing.CHANGED : Nothing.GONE;
                }
                ReadResult.Content content = (ReadResult.Content) result;
                ObjectVersion version = withHeadEtag(object, content.version());
                Instant modified = version.modified() == null ? Instant.now() : version.modified();
                isCompletionRequest = true;
                TakenObject.Place place = completion.reserve(object, name, modified);
                isCompletionRequest = false;
                taken = new TakenObject(object, List.copyOf(held), version, name, place, file, content.metadata(), modified);
                return new Taken(taken);
            } finally {
                if (taken == null) {
                    Files.deleteIfExists(file);
                }
            }
        }

        /** Adds HEAD's etag, which may be a third one: HEAD later decides whether the object may be deleted. */
        private ObjectVersion withHeadEtag(BucketObject object, ObjectVersion version) throws IOException {
            if (version.etags().size() == 1) {
                return version;
            }
            return bucket.head(object.key()).filter(version::looksLike)
                    .map(head -> version.with(head.etag())).orElse(version);
        }

        /** @param count the number of attempts that did not find it */
        private void logMissing(int count) {
            if (!found.isNoted()) {
                if (count == LISTED_AND_GONE) {
                    LOG.warn("{} is listed but does not exist; the next attempts follow after longer and longer pauses",
                            MessageText.printable(found.key()));
                }
            } else if (wanted.test(found)) {
                bucket.events().checkKey(found.asSent());
                LOG.info("{} does not exist, although a message announced it; it may have been taken, moved or deleted since",
                        MessageText.printable(found.asSent()));
            }
        }

        private Throwable tooLarge(BucketObject object) {
            return new InvalidImageException(String.format(Locale.ROOT, "%s is too large: it has %s, and %s is %s",
                    settings.name(object.key()), size(object.size()), bucket.setting("maxSize"), size(settings.maxSize())));
        }

        private static String size(long bytes) {
            return bytes % MEGABYTE == 0 || bytes > 100 * MEGABYTE ? bytes / MEGABYTE + " MB" : bytes + " bytes";
        }

        private void fail(BucketException failure) throws IOException, ObjectFailureException {
            ObjectFailureException error = new ObjectFailureException(failure.getMessage());
            error.addSuppressed(failure);
            boolean exhausted = attempts.failed(found.identity(), false);
            int tries = attempts.failures(found.identity());
            pauses.begin(found);
            if (!exhausted) {
                LOG.info("{} is tried again: {}", MessageText.printable(found.key()), MessageText.printable(failure.getMessage()));
                throw error;
            }
            giveUp(found, error, tries);
        }

        private void giveUp(BucketObject object, Throwable error, int tries) throws IOException {
            BucketObject known = object.etag() == null ? new BucketObject(object.key(), "unknown", object.size()) : object;
            String name = settings.name(object.key());
            List<BucketObject> all = Stream.concat(held.stream(), Stream.of(known)).distinct().toList();
            TakenObject image = new TakenObject(known, all, ObjectVersion.of(known), name, new TakenObject.Place(name, false),
                    null, null, Instant.now());
            attempts.forget(object.identity());
            finisher.giveUp(image, FailureReport.of(name, error, tries, exchange));
        }

        /** Releases the objects. An object that another thread has taken stays marked as taken. */
        void release() {
            held.forEach(inFlight::release);
            inFlight.giveBack(found);
        }
    }

    /** The result of the check of an object. */
    private sealed interface Outcome permits Taken, TooLarge, Nothing {
    }

    private record Taken(TakenObject image) implements Outcome {
    }

    private record TooLarge(BucketObject object) implements Outcome {
    }

    private enum Nothing implements Outcome {
        /** There is no such object. */
        GONE,
        /** There is another object, or the server describes it differently than before. */
        CHANGED,
        /** Its image is done or has failed. */
        FINISHED,
        /** Another thread processes it. */
        ELSEWHERE
    }
}
