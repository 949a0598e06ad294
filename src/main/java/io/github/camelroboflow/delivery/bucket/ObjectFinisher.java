package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.failure.AttemptCounter;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes objects whose exchange has ended. While no object can be finished, no more are taken. If a single object can't be
 * finished, it stays in the inbox and is logged, and others continue.
 */
final class ObjectFinisher {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectFinisher.class);
    /** More than one, since the bucket may have recovered just after an attempt failed. */
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** The size of the largest image that is read for a picture, which takes that much memory, in bytes. */
    private static final long LARGEST_PICTURE = 50_000_000;

    /** The last step for an object. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** @param failed whether the image failed */
    private record Unfinished(TakenObject image, boolean failed, Step step) {
    }

    private final Bucket bucket;
    private final CompletionStrategy completion;
    private final InFlightObjects inFlight;
    private final AttemptCounter attempts;
    private final OutageProbe probe;
    private final ImageTally tally;
    private final Queue<Unfinished> stuck = new ConcurrentLinkedQueue<>();

    ObjectFinisher(Bucket bucket, CompletionStrategy completion, InFlightObjects inFlight, AttemptCounter attempts,
                   OutageProbe probe, ImageTally tally) {
        this.bucket = bucket;
        this.completion = completion;
        this.inFlight = inFlight;
        this.attempts = attempts;
        this.probe = probe;
        this.tally = tally;
    }

    /** Finishes a taken object according to the outcome of its exchange. */
    void end(TakenObject image, Exchange exchange) {
        String identity = image.object().identity();
        Throwable error = FailureClassifier.failureOf(exchange);
        if (error == null) {
            attempts.succeeded(identity);
            finish(exchange, new Unfinished(image, false, () -> {
                completion.done(image);
                tally.done(exchange, "", image.name(), () -> read(image));
            }));
            return;
        }
        boolean giveUp = attempts.failed(identity, FailureClassifier.outage(error).isPresent());
        if (giveUp || FailureClassifier.isPermanent(error)) {
            FailureReport report = FailureReport.of(image.name(), error, attempts.failures(identity), exchange);
            attempts.forget(identity);
            // a later failure is not the exchange's any more
            exchange.setException(null);
            finish(exchange, failure(image, report));
        } else {
            release(image);
        }
    }

    /** Reads an image that is done, for somebody who looks at it. */
    /** Reads a finished image where it is now, for a person. */
    ImageSource read(TakenObject image) throws IOException {
        BucketObject object = image.object();
        if (object.size() > LARGEST_PICTURE) {
            throw new IOException("The image has more than " + LARGEST_PICTURE / 1_000_000
                    + " MB, and is not fetched for a picture.");
        }
        Optional<String> key = completion.finishedKey(image);
        boolean there = key.isPresent() && (!key.get().equals(object.key()) || bucket.isStill(object.key(), image.version()));
        Optional<byte[]> content = there ? bucket.read(key.get()) : Optional.empty();
        return ImageSource.of(image.name(), content.orElseThrow(() -> new IOException("The image was moved away.")));
    }

    /** Finishes an object that could not be taken. */
    void giveUp(TakenObject image, FailureReport report) throws IOException {
        run(failure(image, report));
    }

    private Unfinished failure(TakenObject image, FailureReport report) {
        return new Unfinished(image, true, () -> {
            String key = completion.failed(image, report);
            LOG.warn("{} failed, the reason is in {}: {}", MessageText.printable(image.name()), MessageText.printable(key),
                    MessageText.printable(report.error()));
            tally.failed("", image.name(), report.error(), null);
        });
    }

    private void finish(Exchange exchange, Unfinished unfinished) {
        try {
            run(unfinished);
            release(unfinished.image);
        } catch (IOException | RuntimeException e) {
            LOG.error("{} was processed, but its object can't be finished: {}; no more images are taken until it can",
                    MessageText.printable(unfinished.image.name()), FailureClassifier.describe(e));
            exchange.setException(e);
            stuck.add(unfinished);
        }
    }

    /** @throws IOException if no object can be finished now */
    private void run(Unfinished unfinished) throws IOException {
        for (int i = 1; ; i++) {
            try {
                unfinished.step.run();
                return;
            } catch (IOException | RuntimeException e) {
                if (probe.isFinishingDown(e, unfinished.failed)) {
                    throw e;
                }
                if (i >= TRIES) {
                    completion.leave(unfinished.image, unfinished.failed);
                    LOG.warn("{} {}, but its object can't be {}, and stays in the inbox: {}",
                            MessageText.printable(unfinished.image.name()), unfinished.failed ? "failed" : "was processed",
                            unfinished.failed ? "moved" : "finished", FailureClassifier.describe(e));
                    return;
                }
                pause(i);
            }
        }
    }

    private static void pause(int times) throws IOException {
        try {
            Thread.sleep(PAUSE.multipliedBy(times).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the program is stopping", e);
        }
    }

    /** Finishes the stuck objects in order. While the first can't be finished, the others can't either. */
    synchronized void finishStuck() throws IOException {
        for (Unfinished unfinished = stuck.peek(); unfinished != null; unfinished = stuck.peek()) {
            run(unfinished);
            stuck.remove(unfinished);
            release(unfinished.image);
        }
    }

    private void release(TakenObject image) {
        completion.release(image.place());
        try {
            Files.deleteIfExists(image.file());
        } catch (IOException e) {
            LOG.warn("{} can't be deleted: {}", image.file(), e.toString());
        }
        image.found().forEach(inFlight::release);
    }
}
