package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.Deadline;
import io.github.camelroboflow.inference.OutOfMemory;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what an engine or a server has to say. */
final class Answers {

    /** Those who answer keep the deadline themselves; this is how much later we stop waiting for one that doesn't. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private Answers() {
    }

    /**
     * The answer; it is cancelled if the current thread is interrupted, or the time is over.
     *
     * @param image  its name, for messages
     * @param target who has it: a model, a workflow, a dataset
     */
    static <T> T await(CompletableFuture<T> answer, Deadline deadline, String image, String target) {
        try {
            return answer.get(deadline.left().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new RoboflowUnavailableException("stopped while " + image + " was with " + target, e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new RoboflowUnavailableException("no answer for " + image + " from " + target + " within "
                    + deadline.timeout().toMillis() + " ms", e);
        } catch (CancellationException e) {
            throw new RoboflowUnavailableException("stopped while " + image + " was with " + target, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RoboflowException known) {
                throw known;
            }
            if (e.getCause() instanceof OutOfMemoryError memory) {
                throw OutOfMemory.failure("run " + image + " through " + target, memory);
            }
            throw new RoboflowException(image + " could not be run through " + target + ": " + e.getCause(), e.getCause());
        }
    }
}
