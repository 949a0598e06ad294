package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.inference.InferenceEngine.PoolThread;
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
 * A request to cancel an exchange because nobody waits for its result any more; Camel has no such request. The remaining steps of
 * the route are skipped, and an inference that is running for the exchange is cancelled.
 */
public final class Cancellation {

    private static final String PROPERTY = "CamelRoboflowCancellation";

    private final Exchange exchange;
    private final CompletableFuture<Void> requested = new CompletableFuture<>();

    private Cancellation(Exchange exchange) {
        this.exchange = exchange;
    }

    /** Makes the cancellation of an exchange whose route has not begun. */
    public static Cancellation of(Exchange exchange) {
        Cancellation cancellation = new Cancellation(exchange);
        exchange.setProperty(PROPERTY, cancellation);
        return cancellation;
    }

    /** Cancels the exchange. Any thread may call it at any time; it does not wait. */
    public void cancel() {
        exchange.setRouteStop(true);
        requested.complete(null);
    }

    /** Returns whether somebody waits for the result of the exchange, and may cease to. */
    static boolean isPossible(Exchange exchange) {
        return exchange.getProperty(PROPERTY) != null;
    }

    static boolean isRequested(Exchange exchange) {
        Cancellation cancellation = exchange.getProperty(PROPERTY, Cancellation.class);
        return cancellation != null && cancellation.requested.isDone();
    }

    /** Returns the same answer, which is cancelled together with the exchange. */
    static <T> CompletableFuture<T> propagateTo(Exchange exchange, CompletableFuture<T> answer) {
        Cancellation cancellation = exchange.getProperty(PROPERTY, Cancellation.class);
        if (cancellation != null) {
            cancellation.requested.thenRun(() -> answer.cancel(true));
        }
        return answer;
    }

    /** The answers that a producer waits for. They are cancelled when the producer stops, even if others use the same engine. */
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

    /** Waits for the answer of an engine or a server. */
    static final class PendingResult {

        /**
         * Time that we wait beyond the deadline. An engine or a server keeps the deadline itself; this ends the wait if it does
         * not.
         */
        private static final Duration GRACE = Duration.ofSeconds(5);

        private PendingResult() {
        }

        /**
         * Waits for the answer of an engine or a server that has the same deadline, and returns it. The answer is cancelled if the
         * current thread is interrupted, or the deadline has passed.
         *
         * @param image  the image's name, for messages
         * @param target the model, workflow or dataset that processes the image, for messages
         */
        static <T> T await(CompletableFuture<T> answer, Deadline deadline, String image, String target) {
            return awaitUntil(answer, new Deadline(deadline.timeout(), deadline.nanoTime() + GRACE.toNanos()), image, target);
        }

        /** Waits as {@link #await} does, for an engine or a server that has a later deadline. */
        static <T> T awaitUntil(CompletableFuture<T> answer, Deadline deadline, String image, String target) {
            try (PoolThread.Wait wait = PoolThread.begin()) {
                return answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                answer.cancel(true);
                Thread.currentThread().interrupt();
                throw new RoboflowUnavailableException("stopped while waiting for " + target + " to process " + image, e);
            } catch (TimeoutException e) {
                answer.cancel(true);
                throw new RoboflowUnavailableException("no answer for " + image + " from " + target + " within "
                        + deadline.timeout().toMillis() + " ms", e);
            } catch (CancellationException e) {
                throw new RoboflowUnavailableException("stopped while waiting for " + target + " to process " + image, e);
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
