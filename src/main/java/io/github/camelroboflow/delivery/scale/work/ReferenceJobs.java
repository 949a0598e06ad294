package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.failure.AttemptCounter;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.delivery.scale.ClaimTable;
import io.github.camelroboflow.delivery.scale.ClaimTable.Begin;
import io.github.camelroboflow.delivery.scale.ClaimTable.Outcome;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.delivery.source.ImageTally.StoredImage;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.support.Backoff;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works on the jobs of a worker: begins with the claim, gives the image to the route, files it, and records its outcome. An outage
 * holds a job for a while; an image's own failure sends its reference to any worker again, or after some of them to the dead
 * letters.
 */
final class ReferenceJobs {

    /** How long an image is a worker's; it is renewed as long as the worker lives. */
    static final Duration LEASE = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(ReferenceJobs.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));
    /** The number of workers for each allowed try that may end while they have an image: most were not killed by it. */
    private static final int ENDED_WORKERS = 3;

    private final ClaimTable claims;
    private final ReferencedImages images;
    private final Topics topics;
    private final String worker;
    private final int maxAttempts;
    private final AttemptCounter attempts;
    private final ImageTally tally;
    private final Flow flow;

    /** The receiver of jobs and their ends: the consumer of the route. */
    interface Flow {

        /** Gives the image to the route. The callback runs at the end of the route. */
        void route(Exchange exchange, Runnable end);

        /** Tells the route's policies of a failure outside of the route. */
        void tell(Exchange exchange);

        /** Returns how many jobs were done so far. */
        long done();

        /** Ends a job, whose messages count as done. */
        void end(ReferenceJob job);

        /** Tries a job again later. */
        void hold(ReferenceJob job, Duration pause, boolean withoutRoom);
    }

    /** The topics that a worker sends references to. Each method returns when the brokers have the message. */
    interface Topics {

        /** Sends a reference again, to any worker. */
        void sendAgain(ConsumerRecord<String, byte[]> message);

        /** Sends a message to the dead letters. */
        void giveUp(ConsumerRecord<String, byte[]> message, String reason);
    }

    /** Thrown in the route of an image that another worker has by now. */
    static final class LostClaimException extends IllegalStateException {

        private static final long serialVersionUID = 1;

        LostClaimException(String image) {
            super(image + " is another worker's by now, so its result is not delivered here");
        }
    }

    ReferenceJobs(ClaimTable claims, ReferencedImages images, Topics topics, String worker, int maxAttempts,
            ImageTally tally, Flow flow) {
        this.claims = claims;
        this.images = images;
        this.topics = topics;
        this.worker = worker;
        this.maxAttempts = maxAttempts;
        this.attempts = new AttemptCounter(maxAttempts);
        this.tally = tally;
        this.flow = flow;
    }

    /** Works on a job. Never throws: nobody would return to the job. */
    void work(ReferenceJob job, Exchange exchange) {
        guarded(job, () -> {
            if (job.last != null) {
                runLast(job, exchange);
                return;
            }
            try {
                if (!begin(job, exchange)) {
                    return;
                }
            } catch (RuntimeException e) {
                // the database is down, which says nothing about the image
                exchange.setException(e);
                hold(job);
                flow.tell(exchange);
                return;
            }
            try {
                if (!fetch(job, exchange)) {
                    return;
                }
            } catch (Exception | Error e) {
                exchange.setException(e);
                failed(job, exchange, e);
                flow.tell(exchange);
                return;
            }
            flow.route(exchange, () -> guarded(job, () -> routed(job, exchange)));
        });
    }

    private void guarded(ReferenceJob job, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            try {
                LOG.error("{} is tried again after {}", job.place(), e.toString(), e);
                if (job.last == null) {
                    // an object that is still taken would count as gone
                    release(job);
                }
            } finally {
                hold(job);
            }
        }
    }

    private void hold(ReferenceJob job) {
        flow.hold(job, BACKOFF.pause(Math.min(++job.holds, 10)), false);
    }

    /** Gives up a message that is no reference. */
    void refuse(ReferenceJob job, Exchange exchange, String reason) {
        job.last = () -> {
            topics.giveUp(job.record(), reason);
            LOG.warn("The message at {} is no reference and is in the dead letters now: {}", job.place(),
                    MessageText.printable(reason));
        };
        guarded(job, () -> runLast(job, exchange));
    }

    /** Returns whether the image is this worker's now. */
    private boolean begin(ReferenceJob job, Exchange exchange) {
        long now = System.nanoTime();
        if (job.isLeased() && claims.renew(job.claim(), worker, LEASE)) {
            job.leased(now);
            return true;
        }
        Begin begin = claims.begin(job.claim(), worker, LEASE);
        if (begin.state() == Begin.State.GO) {
            job.leased(now);
            job.failure = begin.failure();
            if (begin.begun() - begin.tries() <= ENDED_WORKERS * maxAttempts) {
                return true;
            }
            giveUpAsFatal(job, exchange, begin);
        } else if (begin.state() == Begin.State.BUSY) {
            flow.hold(job, LEASE.dividedBy(5), true);
        } else {
            flow.end(job);
        }
        return false;
    }

    private void giveUpAsFatal(ReferenceJob job, Exchange exchange, Begin begin) {
        String name = job.reference().name();
        int ended = begin.begun() - begin.tries() - 1;
        IllegalStateException error = new IllegalStateException(ended + " workers ended while they had this image: if nobody"
                + " stopped them by force, the image crashes them; look for their last lines in the log");
        lastStep(job, exchange, () -> {
            job.image = images.find(job.reference());
            giveUp(job, FailureReport.of(name, error, ended, exchange));
        });
    }

    private boolean fetch(ReferenceJob job, Exchange exchange) throws IOException {
        ImageReference reference = job.reference();
        job.image = images.find(reference);
        if (!job.image.fetch(exchange)) {
            lastStep(job, exchange, () -> finishGone(job));
            return false;
        }
        if (!job.failure.isEmpty()) {
            claims.failing(job.claim(), "");
            job.failure = "";
        }
        attempts.started(reference.claim().toString());
        String resultFile = FileNames.withSuffix(FileNames.safe(job.image.filedName()), ".json");
        ImageExchange.describe(exchange, job.image.source(), reference.name(), job.image.mark(), resultFile, job.image.file());
        ImageExchange.beforeDelivery(exchange, () -> requireClaim(job));
        exchange.getMessage().setHeader(Exchange.FILE_NAME, reference.name());
        exchange.getMessage().setHeader(Exchange.FILE_NAME_CONSUMED, reference.name());
        exchange.getMessage().setBody(job.image.file());
        return true;
    }

    /** Records the outcome of an image that an earlier worker has filed. */
    private void finishGone(ReferenceJob job) {
        String name = MessageText.printable(job.reference().name());
        if (!job.failure.isEmpty()) {
            if (claims.finish(job.claim(), Outcome.FAILED, job.failure)) {
                LOG.warn("{} failed, and its reference is in the dead letters, as a worker found that ended meanwhile: {}", name,
                        MessageText.printable(job.failure));
            }
        } else if (claims.finish(job.claim(), Outcome.DONE, "gone")) {
            LOG.info("{} is gone: an earlier worker has finished it, or somebody removed it", name);
        }
    }

    /** @throws LostClaimException if the lease is over and another worker may have the image */
    private void requireClaim(ReferenceJob job) {
        if (!job.isLeasedFor(LEASE, LEASE.dividedBy(2)) && !renew(job)) {
            throw new LostClaimException(job.reference().name());
        }
    }

    /** Renews the leases of which a third is over. */
    void renewOld(Collection<ReferenceJob> jobs) {
        jobs.stream().filter(job -> job.isLeased() && !job.isLeasedFor(LEASE, LEASE.dividedBy(3).multipliedBy(2)))
                .forEach(this::renew);
    }

    /** Renews the lease. Returns whether the image is still this worker's. */
    private boolean renew(ReferenceJob job) {
        long now = System.nanoTime();
        if (claims.renew(job.claim(), worker, LEASE)) {
            job.leased(now);
            return true;
        }
        job.lost();
        return false;
    }

    private void routed(ReferenceJob job, Exchange exchange) {
        Throwable error = FailureClassifier.failureOf(exchange);
        if (error != null) {
            failed(job, exchange, error);
            return;
        }
        attempts.succeeded(job.claim().toString());
        lastStep(job, exchange, () -> {
            StoredImage stored = job.image.done();
            claims.finish(job.claim(), Outcome.DONE, "");
            tally.done(exchange, "", job.reference().name(), stored);
        });
    }

    private void failed(ReferenceJob job, Exchange exchange, Throwable error) {
        if (FailureClassifier.rootCause(error) instanceof LostClaimException lost) {
            LOG.info("{}", MessageText.printable(lost.getMessage()));
            release(job);
            flow.end(job);
            return;
        }
        boolean outage = FailureClassifier.outage(error).isPresent();
        boolean exhausted = attempts.failed(job.claim().toString(), outage);
        boolean permanent = FailureClassifier.isPermanent(error);
        if (outage && !exhausted && !permanent) {
            release(job);
            hold(job);
            return;
        }
        job.tries = -1;
        FailureReport report = FailureReport.of(job.reference().name(), error, 0, exchange);
        lastStep(job, exchange, () -> {
            if (job.tries < 0) {
                job.tries = claims.failedOnce(job.claim());
            }
            if (permanent || exhausted || job.tries >= maxAttempts) {
                giveUp(job, report.withAttempts(Math.max(1, job.tries)));
            } else {
                release(job);
                job.lost();
                claims.release(job.claim(), worker);
                topics.sendAgain(job.record());
                LOG.info("{} is tried again by any worker: {}", MessageText.printable(report.image()), report.error());
            }
        });
    }

    private static void release(ReferenceJob job) {
        try {
            if (job.image != null) {
                job.image.release();
            }
        } catch (IOException e) {
            LOG.warn("{} is left on this machine: {}", MessageText.printable(job.reference().name()), e.toString());
        }
    }

    /** The dead letter comes first: an image in failed is not looked at again. */
    private void giveUp(ReferenceJob job, FailureReport report) throws IOException {
        if (!job.hasLetter) {
            topics.giveUp(job.record(), report.error());
            job.hasLetter = true;
        }
        claims.failing(job.claim(), report.error());
        Path file = job.image == null ? null : job.image.failed(report);
        attempts.forget(job.claim().toString());
        if (claims.finish(job.claim(), Outcome.FAILED, report.error())) {
            LOG.warn("{} failed, and its reference is in the dead letters: {}", MessageText.printable(report.image()),
                    report.error());
        }
        tally.failed("", report.image(), report.error(), file);
    }

    private void lastStep(ReferenceJob job, Exchange exchange, ReferenceJob.LastStep step) {
        job.last = step;
        runLast(job, exchange);
    }

    /** Runs the last step. If it fails while other images can be finished, the route goes on with these. */
    private void runLast(ReferenceJob job, Exchange exchange) {
        try {
            job.last.run();
        } catch (Exception | Error e) {
            String image = job.reference() == null ? job.place() : job.reference().name();
            if (job.doneAtFailure < 0) {
                LOG.error("{} can't be finished now, and is tried again: {}", MessageText.printable(image),
                        FailureClassifier.describe(e));
            }
            boolean othersEnd = job.doneAtFailure >= 0 && flow.done() > job.doneAtFailure;
            job.doneAtFailure = flow.done();
            hold(job);
            if (!othersEnd) {
                exchange.setException(e);
                flow.tell(exchange);
            }
            return;
        }
        flow.end(job);
    }

    /**
     * Lets another worker begin with an image that is not finished here.
     *
     * @param waited whether the image waited for the end of an outage, so that nobody may take it for one that ends workers
     */
    void giveBack(ReferenceJob job, boolean waited) {
        if (job.reference() == null || !job.isLeased()) {
            return;
        }
        if (waited) {
            claims.giveBack(job.claim(), worker);
        } else {
            claims.release(job.claim(), worker);
        }
    }
}
