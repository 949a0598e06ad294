package io.github.camelroboflow.delivery.bucket.azure;

import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.failure.CloudErrorResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import reactor.core.Exceptions;

/** Describes the failures of requests to Azure, with advice. */
final class AzureFailures {

    private final AzureConnection connection;
    private final String title;
    private final String ifMissing;

    /**
     * @param title     the name of the container or the queue, for a person
     * @param ifMissing what to do if it does not exist
     */
    AzureFailures(AzureConnection connection, String title, String ifMissing) {
        this.connection = connection;
        this.title = title;
        this.ifMissing = ifMissing;
    }

    /**
     * @param failure such as {@code a.jpg can't be read}
     * @param right   the letter of the permission that a shared access signature needs
     */
    BucketException of(String failure, String right, Throwable error) {
        return new BucketException(failure + ": " + reason(right, error), error);
    }

    /** Does the same for exceptions in which the client hides that it got no answer. Throws other exceptions as they are. */
    BucketException ofUnexpected(String failure, String right, RuntimeException error) {
        Throwable hidden = Exceptions.unwrap(error);
        Throwable cause = hidden instanceof IOException ? hidden : error.getCause();
        if (cause instanceof IOException || cause instanceof TimeoutException) {
            return of(failure, right, cause);
        }
        throw error;
    }

    private String reason(String right, Throwable error) {
        Optional<CloudErrorResponse> refusal = CloudErrorResponse.of(error);
        if (refusal.isPresent()) {
            return connection.server() + " answered with " + refusal.get().describe() + advice(right, refusal.get());
        }
        // our own words about the settings
        return error instanceof IllegalArgumentException ? error.getMessage()
                : BucketException.unreachable(connection.server(), error);
    }

    private String advice(String right, CloudErrorResponse answer) {
        return switch (answer.code()) {
            case "ContainerNotFound", "QueueNotFound" -> "; " + ifMissing;
            case "AuthenticationFailed", "InvalidAuthenticationInfo" -> "; check the account's key or its shared access signature,"
                    + " which may have expired, and the clock of this machine";
            case "AccountIsDisabled", "ContainerBeingDeleted", "ContainerDisabled" -> "; see it in Azure's portal";
            case "BlobArchived", "BlobBeingRehydrated" -> "; have it rehydrated from its archive first";
            case "SnapshotsPresent" -> "; it has snapshots, and is not deleted with them";
            case "ServerBusy" -> "; the account has more requests than Azure allows it at a time";
            default -> answer.status() != 401 && answer.status() != 403 ? "" : "; check the account's firewall, and "
                    + (connection.sasToken().isEmpty() ? "its key"
                            : "that the shared access signature has the right " + right + " for " + title);
        };
    }
}
