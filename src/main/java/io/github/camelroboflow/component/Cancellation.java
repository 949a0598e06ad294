package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;

/**
 * Tells those who work on an exchange that nobody waits for its result any more, which Camel has no word for. The steps that are
 * left are not taken, and an inference that is running for it is given up.
 */
public final class Cancellation {

    private static final String PROPERTY = "CamelRoboflowCancellation";

    private final Exchange exchange;
    private final CompletableFuture<Void> requested = new CompletableFuture<>();

    private Cancellation(Exchange exchange) {
        this.exchange = exchange;
    }

    /** For an exchange whose route has not begun. */
    public static Cancellation of(Exchange exchange) {
        Cancellation cancellation = new Cancellation(exchange);
        exchange.setProperty(PROPERTY, cancellation);
        return cancellation;
    }

    /** Called by any thread, at any time; does not wait. */
    public void cancel() {
        exchange.setRouteStop(true);
        requested.complete(null);
    }

    static boolean isRequested(Exchange exchange) {
        Cancellation cancellation = exchange.getProperty(PROPERTY, Cancellation.class);
        return cancellation != null && cancellation.requested.isDone();
    }

    /** The same answer, which is cancelled with the exchange. */
    static <T> CompletableFuture<T> propagateTo(Exchange exchange, CompletableFuture<T> answer) {
        Cancellation cancellation = exchange.getProperty(PROPERTY, Cancellation.class);
        if (cancellation != null) {
            cancellation.requested.thenRun(() -> answer.cancel(true));
        }
        return answer;
    }

    /** The answers that a producer waits for, to be given up when it stops, whoever else uses the same engine. */
    static final class InFlight {

        private final Set<CompletableFuture<?>> answers = ConcurrentHashMap.newKeySet();

        <T> CompletableFuture<T> add(CompletableFuture<T> answer) {
            answers.add(answer);
            answer.whenComplete((value, error) -> answers.remove(answer));
            return answer;
        }

        void cancel() {
            answers.forEach(answer -> answer.cancel(true));
        }
    }

    /** Waits for what an engine or a server has to say. */
    static final class PendingResult {

        /** Those who answer keep the deadline themselves; this is how much later we stop waiting for one that doesn't. */
        private static final Duration GRACE = Duration.ofSeconds(5);

        private PendingResult() {
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
}
