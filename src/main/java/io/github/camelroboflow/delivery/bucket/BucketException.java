package io.github.camelroboflow.delivery.bucket;

import java.io.IOException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** The bucket, or one of its objects, can't be used now; the message tells the operator why and what to do. */
final class BucketException extends IOException {

    BucketException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * @param what   what could not be done, such as {@code a.jpg can't be read}
     * @param server where the bucket is
     */
    static BucketException of(String what, String bucket, String server, SdkException error) {
        return new BucketException(what + ": " + reason(bucket, server, error), error);
    }

    private static String reason(String bucket, String server, SdkException error) {
        if (error instanceof NoSuchBucketException) {
            return "there is no bucket " + bucket + " at " + server + "; make it, or set s3.bucket, s3.region and s3.endpoint";
        }
        if (error instanceof AwsServiceException refusal) {
            String code = refusal.awsErrorDetails() == null ? null : refusal.awsErrorDetails().errorCode();
            String answer = server + " answered with HTTP status " + refusal.statusCode() + (code == null ? "" : " " + code);
            return switch (refusal.statusCode()) {
                case 401, 403 -> answer + "; check the credentials, and what they allow in the bucket " + bucket;
                case 301, 307, 400 -> answer + "; check s3.region, s3.bucket and whether the credentials have expired";
                case 501 -> answer + "; it does not know this request, so choose another s3.after";
                default -> answer;
            };
        }
        String message = String.valueOf(error.getMessage());
        if (message.startsWith("Unable to load credentials")) {
            return "there are no credentials for " + server + "; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or see"
                    + " ~/.aws/credentials, or give this machine a role";
        }
        return server + " can't be reached, " + cause(error);
    }

    private static String cause(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + String.valueOf(cause.getMessage()).replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
