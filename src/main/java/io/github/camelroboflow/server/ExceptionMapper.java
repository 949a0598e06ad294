package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException.UnknownModelException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.LogThrottle;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps exceptions to responses, with the messages of Roboflow's server, never those of the exception, which may name a path. Logs
 * the message of the exception: at debug level if the request is to blame, and once a minute if every request fails, as when
 * Roboflow's server refuses the key or is down.
 */
final class ExceptionMapper {

    private static final Logger LOG = LoggerFactory.getLogger(ExceptionMapper.class);

    private final LogThrottle throttle;

    ExceptionMapper(LogThrottle throttle) {
        this.throttle = throttle;
    }

    ServerResponse response(String requestId, Throwable failure) {
        Throwable cause = OutOfMemory.in(failure).map(Throwable.class::cast).orElseGet(() -> known(failure));
        if (cause instanceof ResponseException made) {
            return made.response();
        }
        if (cause instanceof OutOfMemoryError) {
            if (throttle.shouldLog(OutOfMemoryError.class)) {
                LOG.warn("Request {}: not enough memory ({}). Give the JVM more (-Xmx), or allow fewer requests or smaller"
                        + " images (logged once a minute)", requestId, cause.getMessage());
            }
            return ResponseException.busy().response();
        }
        ServerResponse response = response(cause);
        log(requestId, response.status(), cause);
        return response;
    }

    private void log(String requestId, int status, Throwable cause) {
        boolean persists = cause instanceof RoboflowUnavailableException || cause instanceof RoboflowRejectedException;
        if (status == 400 || status == 404 || persists && !throttle.shouldLog(status)) {
            LOG.debug("Request {}: HTTP {}: {}", requestId, status, cause.getMessage());
        } else if (persists) {
            LOG.warn("Request {}: HTTP {}: {} (logged once a minute)", requestId, status, cause.getMessage());
        } else if (cause instanceof RoboflowException) {
            LOG.warn("Request {}: HTTP {}: {}", requestId, status, cause.getMessage());
        } else {
            LOG.error("Request {}: HTTP {}: {}", requestId, status, cause, cause);
        }
    }

    private static ServerResponse response(Throwable cause) {
        if (cause instanceof InvalidImageException) {
            return ResponseException.malformedImage().response();
        }
        if (cause instanceof UnknownModelException) {
            return ResponseException.unknownModel().response();
        }
        if (cause instanceof RoboflowUnavailableException unavailable) {
            return ServerResponse.message(503, "Model is temporarily not ready - retry request.")
                    .retryAfter(unavailable.retryAfter().orElse(Duration.ofSeconds(1)));
        }
        if (cause instanceof ModelPackageException) {
            return ServerResponse.message(500, "Model package is broken.");
        }
        if (cause instanceof RoboflowRejectedException rejected) {
            return rejected(rejected.status().orElse(0));
        }
        return ServerResponse.message(500, "Internal error.");
    }

    /** Passes on the refusal of Roboflow's server; not of the key (401), since it is this server's key, not the client's. */
    private static ServerResponse rejected(int status) {
        return switch (status) {
            case 402 -> ServerResponse.message(402, "Not enough credits to perform this request."
                    + " Verify your workspace billing page.");
            case 403 -> ServerResponse.message(403, "Unauthorized access to roboflow API - check API key and make sure the key"
                    + " is valid and have required scopes."
                    + " Visit https://docs.roboflow.com/api-reference/authentication#retrieve-an-api-key"
                    + " to learn how to retrieve one.");
            case 404 -> ResponseException.unknownModel().response();
            case 423 -> ServerResponse.message(423, "Roboflow API usage is paused. Please contact your workspace administrator to"
                    + " re-enable api keys.");
            default -> ServerResponse.message(502, "Internal error. Request to Roboflow API failed.");
        };
    }

    /** Returns the first cause of a known type, since executors and routes wrap exceptions. */
    private static Throwable known(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RoboflowException || cause instanceof ResponseException) {
                return cause;
            }
        }
        return failure;
    }
}
