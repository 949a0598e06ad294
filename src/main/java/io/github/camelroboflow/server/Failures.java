package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.LogThrottle;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of a failure what the client is told: the words of Roboflow's server, never those of the exception, which may name a path.
 * The exception's own words go to the log: at debug if the request is to blame, and what hits every request, such as a server
 * behind that refuses or is down, once a minute.
 */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final LogThrottle said;

    Failures(LogThrottle said) {
        this.said = said;
    }

    Reply reply(String requestId, Throwable failure) {
        Throwable cause = OutOfMemory.in(failure).map(Throwable.class::cast).orElseGet(() -> known(failure));
        if (cause instanceof Refusal refusal) {
            return refusal.reply();
        }
        if (cause instanceof OutOfMemoryError) {
            if (said.shouldLog(OutOfMemoryError.class)) {
                LOG.warn("Request {}: not enough memory ({}): give the JVM more, or have fewer requests or smaller images"
                        + " (said once a minute)", requestId, cause.getMessage());
            }
            return Refusal.busy().reply();
        }
        Reply reply = reply(cause);
        log(requestId, reply.status(), cause);
        return reply;
    }

    private void log(String requestId, int status, Throwable cause) {
        boolean lasts = cause instanceof RoboflowUnavailableException || cause instanceof RoboflowRejectedException;
        if (status == 400 || status == 404 || lasts && !said.shouldLog(status)) {
            LOG.debug("Request {}: HTTP {}: {}", requestId, status, cause.getMessage());
        } else if (lasts) {
            LOG.warn("Request {}: HTTP {}: {} (said once a minute)", requestId, status, cause.getMessage());
        } else if (cause instanceof RoboflowException) {
            LOG.warn("Request {}: HTTP {}: {}", requestId, status, cause.getMessage());
        } else {
            LOG.error("Request {}: HTTP {}: {}", requestId, status, cause, cause);
        }
    }

    private static Reply reply(Throwable cause) {
        if (cause instanceof InvalidImageException) {
            return Refusal.malformedImage().reply();
        }
        if (cause instanceof UnknownModelException) {
            return Refusal.unknownModel().reply();
        }
        if (cause instanceof RoboflowUnavailableException unavailable) {
            return Reply.message(503, "Model is temporarily not ready - retry request.")
                    .retryAfter(unavailable.retryAfter().orElse(Duration.ofSeconds(1)));
        }
        if (cause instanceof ModelPackageException) {
            return Reply.message(500, "Model package is broken.");
        }
        if (cause instanceof RoboflowRejectedException rejected) {
            return rejected(rejected.status().orElse(0));
        }
        return Reply.message(500, "Internal error.");
    }

    /** What the server behind this one said; a refused key (401) is this server's own there, not the client's. */
    private static Reply rejected(int status) {
        return switch (status) {
            case 402 -> Reply.message(402, "Not enough credits to perform this request. Verify your workspace billing page.");
            case 403 -> Reply.message(403, "Unauthorized access to roboflow API - check API key and make sure the key is valid"
                    + " and have required scopes. Visit https://docs.roboflow.com/api-reference/authentication#retrieve-an-api-key"
                    + " to learn how to retrieve one.");
            case 404 -> Refusal.unknownModel().reply();
            case 423 -> Reply.message(423, "Roboflow API usage is paused. Please contact your workspace administrator to"
                    + " re-enable api keys.");
            default -> Reply.message(502, "Internal error. Request to Roboflow API failed.");
        };
    }

    /** The first of the causes that says something, since those who run code for others wrap what it throws. */
    private static Throwable known(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RoboflowException || cause instanceof Refusal) {
                return cause;
            }
        }
        return failure;
    }
}
