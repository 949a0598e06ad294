package io.github.camelroboflow.delivery.bucket.s3;

import io.github.camelroboflow.delivery.bucket.client.BucketException.BucketRequest;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.failure.CloudErrorResponse;
import io.github.camelroboflow.inference.support.Advice;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** Describes the failures of requests to S3, with advice. */
final class S3Failures {

    private static final String GET = "s3:GetObject (and s3:ListBucket, without which S3 gives this answer for a missing object)";

    private final S3Store store;

    S3Failures(S3Store store) {
        this.store = store;
    }

    /** @param about the key, or the bucket of a list */
    BucketException of(BucketRequest request, String about, SdkException error) {
        return new BucketException(request.failure(about) + ": " + reason(request, error), error);
    }

    private String reason(BucketRequest request, SdkException error) {
        if (error instanceof NoSuchBucketException) {
            return "there is no bucket " + store.bucket() + " at " + store.server() + "; make it, or set "
                    + store.setting("bucket") + ", " + store.setting("region") + " and " + store.setting("endpoint");
        }
        Optional<CloudErrorResponse> refusal = CloudErrorResponse.of(error);
        if (refusal.isPresent()) {
            return store.server() + " answered with " + refusal.get().describe() + advice(request, refusal.get());
        }
        return unanswered(store.server(), error);
    }

    /** Returns the reason of a failure without an answer, for a person. */
    static String unanswered(String server, SdkException error) {
        return String.valueOf(error.getMessage()).startsWith("Unable to load credentials")
                ? "there are no credentials for " + server + "; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or see"
                        + " ~/.aws/credentials, or give this machine a role"
                : BucketException.unreachable(server, error);
    }

    private String advice(BucketRequest request, CloudErrorResponse answer) {
        return switch (answer.status()) {
            case 401, 403 -> answer.code().equals("InvalidObjectState") ? "; have it restored from its archive first"
                    : answer.code().equals("SignatureDoesNotMatch") ? "; check the secret key; or rename the object if it is the"
                    + " only one, since some servers compute other signatures for names such as a//b.jpg"
                    : "; check the credentials, and that they have the right " + right(request) + " in the bucket "
                            + store.bucket();
            case 301, 307 -> "; check " + store.setting("region") + " and " + store.setting("endpoint");
            case 400 -> answer.code().isEmpty() || answer.code().matches("(?i).*(token|region|authorization|expired).*")
                    ? "; check " + store.setting("region") + ", " + store.setting("bucket")
                            + " and whether the credentials have expired" : "";
            case 405, 501 -> "; it does not know this request" + alternative(request);
            default -> "";
        };
    }

    /** Returns the permission that the credentials need, in Amazon's terms. */
    private static String right(BucketRequest request) {
        return switch (request) {
            case LIST -> "s3:ListBucket";
            case LOOK, READ -> GET;
            case WRITE -> "s3:PutObject";
            case COPY -> "s3:GetObject and s3:PutObject";
            case DELETE -> "s3:DeleteObject";
            case READ_TAGS -> "s3:GetObjectTagging";
            case WRITE_TAGS -> "s3:PutObjectTagging";
        };
    }

    /** Returns advice if the server does not know the request: a clause that continues the message, or nothing. */
    private String alternative(BucketRequest request) {
        return switch (request) {
            case WRITE -> ", which is how objects are put; is " + store.setting("endpoint") + " that of an S3 server?";
            case DELETE -> Advice.choose(", so choose s3.after=leave", ", without which images can't leave the inbox");
            case READ_TAGS, WRITE_TAGS -> ", so choose s3.after=move or s3.after=leave";
            default -> "";
        };
    }
}
