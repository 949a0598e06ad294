package io.github.camelroboflow.hosted.http;

import dev.failsafe.ExecutionContext;
import dev.failsafe.Failsafe;
import dev.failsafe.Policy;
import dev.failsafe.RateLimiter;
import dev.failsafe.RetryPolicy;
import dev.failsafe.Timeout;
import dev.failsafe.TimeoutExceededException;
import io.github.camelroboflow.hosted.http.ApiCall.TransientFailureException;
import io.github.camelroboflow.hosted.http.HostedSettings.HttpClientFactory;
import io.github.camelroboflow.http.RecoveringHttpClient;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener.Stage;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.net.URIBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to one server with a deadline for the whole call, a rate limit, retries after transient failures, and
 * a circuit breaker for a server that refuses them. Thread-safe.
 */
public final class HostedClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HostedClient.class);
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);

    private final HostedSettings settings;
    private final RecoveringHttpClient http;
    private final CircuitBreaker breaker;
    private final RequestThreads threads;
    private final RetryPolicy<Object> retries;
    /** The rate limit; {@code null} if there is none. */
    private final RateLimiter<Object> rate;
    private final InferenceListener listener;
    private final Set<CompletableFuture<?>> inFlight = ConcurrentHashMap.newKeySet();
    private volatile int permits;
    private volatile boolean closed;

    public HostedClient(HostedSettings settings) {
        this(settings, InferenceListener.NONE);
    }

    public HostedClient(HostedSettings settings, InferenceListener listener) {
        this(settings, PROBE_INTERVAL, listener);
    }

    public HostedClient(HostedSettings settings, Duration breakerPause) {
        this(settings, breakerPause, InferenceListener.NONE);
    }

    private HostedClient(HostedSettings settings, Duration breakerPause, InferenceListener listener) {
        this.settings = settings;
        this.listener = listener;
        http = new RecoveringHttpClient(() -> HttpClientFactory.make(settings, permits()));
        breaker = new CircuitBreaker(breakerPause, listener);
        if (settings.key().isPresent() && settings.host().base().getScheme().equals("http") && !settings.host().isLoopback()) {
            LOG.warn("Use https for {}: the API key is sent unencrypted and others on the network can read it", settings.host());
        }
        threads = new RequestThreads();
        retries = RetryPolicy.builder().handle(TransientFailureException.class).withMaxRetries(settings.retries().max())
                .withDelayFn(context -> retryDelay(context.getLastException(), context.getAttemptCount()))
                .onRetryScheduled(retry -> LOG.debug("Retrying in {} ms: {}", retry.getDelay().toMillis(),
                        retry.getLastException().getMessage())).build();
        rate = settings.maxRequestsPerSecond() > 0
                ? RateLimiter.smoothBuilder(Duration.ofNanos((long) (1e9 / settings.maxRequestsPerSecond()))).build() : null;
    }

    /** Returns at least a nanosecond, because {@link Timeout} accepts no zero. */
    private static Duration positive(Duration left) {
        return left.isZero() ? Duration.ofNanos(1) : left;
    }

    /** Returns a random wait (full jitter), so that many clients that failed together do not retry together. */
    private Duration retryDelay(Throwable failure, int tries) {
        HostedSettings.Retries retries = settings.retries();
        long doubled = retries.delay().toMillis() << Math.min(tries - 1, 20);
        long jitter = ThreadLocalRandom.current().nextLong(Math.min(doubled, retries.maxDelay().toMillis()) + 1);
        Duration serverWait = ((RoboflowUnavailableException) failure).retryAfter().orElse(null);
        return Duration.ofMillis(jitter).plus(serverWait == null ? Duration.ZERO : serverWait);
    }

    /**
     * Changes how many requests may be in flight at a time; further requests wait in a queue.
     *
     * @param requests the number to add to the limit, which is 0 at first; 0 counts as 1
     */
    public synchronized void addPermits(int requests) {
        permits += requests;
        int size = permits();
        threads.permit(size);
        http.connections().ifPresent(connections -> {
            connections.setMaxTotal(size);
            connections.setDefaultMaxPerRoute(size);
        });
    }

    /** Returns how many requests may be in flight at a time. */
    public int permits() {
        return Math.max(1, permits);
    }

    /**
     * Sends the call. The future completes with the result or a {@link RoboflowException} when the deadline has passed
     * at the latest. Cancelling the future ends the request.
     */
    public <T> CompletableFuture<T> send(ApiCall<T> call, Deadline deadline) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        inFlight.add(answer);
        // rejected at once, without waiting for a thread or the rate limit
        RoboflowException refusal = closed ? stoppedFailure(call) : breaker.rejectionFor(call.target()).orElse(null);
        if (refusal != null) {
            inFlight.remove(answer);
            answer.completeExceptionally(refusal);
            return answer;
        }
        try {
            begin(call, deadline, answer);
        } catch (OutOfMemoryError e) {
            // no thread could be started
            inFlight.remove(answer);
            answer.completeExceptionally(toException(call, e, 0));
        }
        return answer;
    }

    /**
     * Asks the server whether it is ready: with its own check, which needs no key and costs no inference. A server without that
     * check is ready if it answers.
     *
     * @throws RoboflowUnavailableException if it can't be reached, or says that it is not ready
     */
    public void probe() {
        HttpGet request = new HttpGet(settings.host().base() + "/readiness");
        settings.network().client().ifPresent(own -> request.setConfig(HttpClientFactory.requestConfig(own, settings)));
        int status;
        try {
            status = http.execute(request, null, HttpResponse::getCode);
        } catch (IllegalStateException e) {
            throw unusable(e);
        } catch (IOException e) {
            throw unreachable(e);
        }
        if (status >= HttpStatus.SC_SERVER_ERROR) {
            throw new RoboflowUnavailableException(hide(settings.host() + " is not ready (HTTP " + status + ")"));
        }
    }

    private <T> void begin(ApiCall<T> call, Deadline deadline, CompletableFuture<T> answer) {
        AtomicInteger tries = new AtomicInteger();
        AtomicReference<TransientFailureException> last = new AtomicReference<>();
        Waiting waiting = new Waiting(call.target());
        answer.whenComplete((value, error) -> waiting.drop());
        Timeout<Object> whole = Timeout.of(positive(deadline.left()));
        CompletableFuture<T> retried = Failsafe.<Object, Policy<Object>>with(whole, retries).with(threads).getAsync(context -> {
            if (tries.incrementAndGet() == 1) {
                waiting.end();
            } else {
                listener.retried(call.target());
            }
            try {
                return attempt(call, context, deadline);
            } catch (TransientFailureException e) {
                last.set(e);
                throw e;
            }
        });
        retried.whenComplete((value, error) -> {
            if (error == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(toException(call, error instanceof TimeoutExceededException
                        ? timeoutFailure(call, error, tries.get(), last.get(), deadline) : error, tries.get()));
            }
        });
        answer.whenComplete((value, error) -> {
            inFlight.remove(answer);
            retried.cancel(true);
        });
    }

    private <T> T attempt(ApiCall<T> call, ExecutionContext<?> context, Deadline deadline) throws IOException {
        breaker.rejectionFor(call.target()).ifPresent(refusal -> {
            throw refusal;
        });
        HttpUriRequestBase request = call.sendsKey() ? authorized(request(call)) : request(call);
        settings.network().client().ifPresent(own -> request.setConfig(HttpClientFactory.requestConfig(own, settings)));
        awaitRateLimit(call, deadline);
        breaker.acquire(call.target());
        context.onCancel(request::cancel);
        if (context.isCancelled()) {
            throw stoppedFailure(call);
        }
        ApiResponse answer;
        long start = System.nanoTime();
        try {
            answer = http.execute(request, null, call::receive).redacted(settings.key());
        } catch (ApiResponse.AnswerTooLargeException e) {
            throw new RoboflowException(hide(settings.host() + " sent too much for " + call.subject() + ": "
                    + e.getMessage()), e);
        } catch (IllegalStateException e) {
            throw unusable(e);
        } catch (FileNotFoundException | FileSystemException e) {
            throw unreadable(call, e);
        } catch (IOException e) {
            throw unreachable(e);
        } finally {
            listener.ended(call.target(), Stage.REQUEST, System.nanoTime() - start);
        }
        return evaluate(call, answer, deadline);
    }

    /** Returns the exception for an application's own client that is closed or broken; no image causes that. */
    private RoboflowUnavailableException unusable(IllegalStateException e) {
        return new RoboflowUnavailableException(hide("start the program again: the HTTP client for " + settings.host()
                + " can't be used any more (" + e.getMessage() + ")"), settings.key().causeUnlessSecret(e));
    }

    private TransientFailureException unreachable(IOException e) {
        return new TransientFailureException(hide(settings.host() + " can't be reached or broke off ("
                + e.getClass().getSimpleName() + ": " + ErrorResponses.oneLine(String.valueOf(e.getMessage()), settings.key())
                + ")"), settings.key().causeUnlessSecret(e), null);
    }

    /** Waits for a permit of the rate limit until the deadline. Takes no permit that comes later. */
    private void awaitRateLimit(ApiCall<?> call, Deadline deadline) {
        try {
            if (rate != null && !rate.tryAcquirePermit(deadline.left())) {
                throw new RoboflowUnavailableException(hide(call.subject() + " was not sent to " + settings.host()
                        + ": the rate limit of " + settings.maxRequestsPerSecond() + " requests per second left no time for it"
                        + " within " + timeoutSetting(call, deadline)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stoppedFailure(call);
        }
    }

    private <T> T evaluate(ApiCall<T> call, ApiResponse answer, Deadline deadline) {
        if (call.accepts(answer)) {
            breaker.recordSuccess(call.target());
            return call.read(answer);
        }
        RoboflowException failure = ErrorResponses.exception(answer, call, settings);
        if (ErrorResponses.isBlocking(answer)) {
            breaker.recordRejection(call.target(), failure.getMessage(), answer.status());
        } else if (failure instanceof InvalidImageException) {
            // the server has read the image, so it accepts key and quota; any other failure says nothing about them
            breaker.recordSuccess(call.target());
        }
        if (failure instanceof TransientFailureException transientFailure
                && transientFailure.retryAfter().filter(wait -> wait.compareTo(deadline.left()) > 0).isPresent()) {
            // the wait would end after the deadline
            throw new RoboflowUnavailableException(transientFailure.getMessage() + ", and asks for a wait of "
                    + transientFailure.retryAfter().get().toSeconds() + " s", null, transientFailure.retryAfter().get());
        }
        throw failure;
    }

    private HttpUriRequestBase request(ApiCall<?> call) {
        try {
            return call.request();
        } catch (IOException e) {
            throw unreadable(call, e);
        }
    }

    /**
     * Returns the exception for an image that can't be read. The image is the cause only if its file is missing: too
     * many open files, a missing permission or a bad disk affect every image.
     */
    private RoboflowException unreadable(ApiCall<?> call, IOException e) {
        boolean gone = call.images().stream()
                .anyMatch(image -> image instanceof ImageSource.OfFile file && Files.notExists(file.path()));
        Throwable cause = settings.key().causeUnlessSecret(e);
        return gone ? new InvalidImageException(hide(call.subject()
                        + " has no file: it was removed before it was sent, or was never there"), cause)
                : new RoboflowUnavailableException(hide(call.subject() + " can't be read now ("
                        + e.getClass().getSimpleName() + ": " + e.getMessage() + ")"), cause);
    }

    private HttpUriRequestBase authorized(HttpUriRequestBase request) {
        if (!settings.key().isPresent()) {
            return request;
        }
        if (settings.keyInHeader()) {
            request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + settings.key().value());
            return request;
        }
        try {
            request.setUri(new URIBuilder(request.getUri()).addParameter("api_key", settings.key().value()).build());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the request's address is invalid", e);
        }
        return request;
    }

    /** @param last the last transient failure, or {@code null} */
    private RoboflowException timeoutFailure(ApiCall<?> call, Throwable error, int tries, TransientFailureException last,
            Deadline deadline) {
        String message = hide("no response from " + settings.host() + " for " + call.subject() + " within "
                + timeoutSetting(call, deadline));
        return last == null ? new RoboflowUnavailableException(message, error)
                : new RoboflowUnavailableException(message + " after " + tries + (tries == 1 ? " attempt" : " attempts")
                        + "; last failure: " + last.getMessage(), last.getCause(), last.retryAfter().orElse(null));
    }

    /** Returns the timeout as the user would write it. */
    private static String timeoutSetting(ApiCall<?> call, Deadline deadline) {
        return call.timeoutOption() + "=" + deadline.timeout().toMillis() + " ms";
    }

    private RoboflowException toException(ApiCall<?> call, Throwable error, int tries) {
        if (error instanceof TransientFailureException failure) {
            return new RoboflowUnavailableException(failure.getMessage() + (tries > 1 ? " after " + tries + " attempts" : ""),
                    failure.getCause(), failure.retryAfter().orElse(null));
        }
        if (error instanceof RoboflowException known) {
            return known;
        }
        if (error instanceof OutOfMemoryError e) {
            return OutOfMemory.failure(hide("send " + call.subject() + " to " + settings.host()), e);
        }
        return new RoboflowException(hide(call.subject() + " could not be sent to " + settings.host() + ": " + error),
                settings.key().causeUnlessSecret(error));
    }

    private String hide(String message) {
        return settings.key().redact(message);
    }

    private RoboflowUnavailableException stoppedFailure(ApiCall<?> call) {
        return new RoboflowUnavailableException(hide("stopped before " + settings.host() + " responded for " + call.subject()));
    }

    HostedSettings settings() {
        return settings;
    }

    /** The wait of a call for a thread. It ends once: with the first try, or if the call ends before. */
    private final class Waiting {

        private final String target;
        private final long start = System.nanoTime();
        private final AtomicBoolean over = new AtomicBoolean();

        Waiting(String target) {
            this.target = target;
            listener.waiting(target, 1);
        }

        void end() {
            drop();
            listener.ended(target, Stage.WAIT, System.nanoTime() - start);
        }

        void drop() {
            if (over.compareAndSet(false, true)) {
                listener.waiting(target, -1);
            }
        }
    }

    /** Cancels the requests in flight. */
    @Override
    public void close() {
        closed = true;
        inFlight.forEach(answer -> answer.completeExceptionally(
                new RoboflowUnavailableException("stopped before " + settings.host() + " responded")));
        threads.shutdownNow();
        http.close();
    }

    /** A function of one of Roboflow's servers that many users call over shared connections. */
    public interface HostedService extends AutoCloseable {

        /** Raises the number of requests that may be in flight at a time. The number is 0 at first, which counts as 1. */
        void addPermits(int requests);

        /** Lowers the number of requests that may be in flight at a time. */
        default void removePermits(int requests) {
            addPermits(-requests);
        }

        /** Cancels the requests in flight. */
        @Override
        void close();
    }
}
