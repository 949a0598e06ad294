package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.failure.AwsErrorResponse;
import io.github.camelroboflow.inference.support.Advice;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** Thrown if the bucket or one of its objects can't be used now; the message says why to the operator, and what to do. */
public final class BucketException extends IOException {

    private static final int LONGEST = 500;
    /** The texts of operating systems about their disks or themselves. */
    private static final Pattern LOCAL = Pattern.compile("(?i)no space left|quota exceeded|not enough space|read-only file system"
            + "|too many open files|input/output error");

    public BucketException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param server the server of the bucket */
    static BucketException of(BucketRequest request, String bucket, String server, SdkException error) {
        return new BucketException(request.failure() + ": " + reason(request, bucket, server, error), error);
    }

    /** Returns the server's error response. Empty if it did not answer, or the failure is another one. */
    public Optional<AwsErrorResponse> answer() {
        return getCause() == null ? Optional.empty() : AwsErrorResponse.of(getCause());
    }

    /** Returns whether the server says that the object is missing and the bucket exists. */
    boolean isObjectMissing() {
        return !(getCause() instanceof NoSuchBucketException) && answer().filter(answer -> answer.status() == 404).isPresent();
    }

    /** Returns whether the server never does the request, or does something else instead. */
    public boolean isUnsupported() {
        return getCause() == null || answer().filter(answer -> answer.status() == 501 || answer.status() == 405
                || answer.code().equals("NotImplemented")).isPresent();
    }

    /** Returns whether a folder or a disk of this machine failed. */
    public boolean isLocal() {
        return Stream.iterate(getCause(), error -> error != null, Throwable::getCause).limit(20)
                .anyMatch(error -> error instanceof FileSystemException || error instanceof IOException
                        && LOCAL.matcher(String.valueOf(error.getMessage())).find());
    }

    private static String reason(BucketRequest request, String bucket, String server, SdkException error) {
        if (error instanceof NoSuchBucketException) {
            return "there is no bucket " + bucket + " at " + server + "; make it, or set "
                    + Advice.bucketOption("bucket") + ", " + Advice.bucketOption("region") + " and "
                    + Advice.bucketOption("endpoint");
        }
        Optional<AwsErrorResponse> refusal = AwsErrorResponse.of(error);
        if (refusal.isPresent()) {
            return server + " answered with " + refusal.get().describe() + advice(request, bucket, refusal.get());
        }
        String message = String.valueOf(error.getMessage());
        if (message.startsWith("Unable to load credentials")) {
            return "there are no credentials for " + server + "; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or see"
                    + " ~/.aws/credentials, or give this machine a role";
        }
        return server + " can't be reached, " + cause(error);
    }

    private static String advice(BucketRequest request, String bucket, AwsErrorResponse answer) {
        return switch (answer.status()) {
            case 401, 403 -> answer.code().equals("InvalidObjectState") ? "; have it restored from its archive first"
                    : "; check the credentials, and that they have the right " + request.right() + " in the bucket " + bucket;
            case 301, 307 -> "; check " + Advice.bucketOption("region") + " and " + Advice.bucketOption("endpoint");
            case 400 -> answer.code().isEmpty() || answer.code().matches("(?i).*(token|region|authorization|expired).*")
                    ? "; check " + Advice.bucketOption("region") + ", " + Advice.bucketOption("bucket")
                            + " and whether the credentials have expired" : "";
            case 405, 501 -> "; it does not know this request" + request.alternative();
            default -> "";
        };
    }

    private static String cause(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = MessageText.printable(String.valueOf(cause.getMessage()).replaceAll("\\s*[\\r\\n]+\\s*", " "));
        return cause.getClass().getSimpleName() + ": "
                + (message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…");
    }

    /**
     * A request to a bucket, for the message about its failure.
     *
     * @param failure     such as {@code a.jpg can't be read}
     * @param right       the permission that the credentials need, in Amazon's terms
     * @param alternative the advice if the server does not support the request: a clause that continues the message, or nothing
     */
    record BucketRequest(String failure, String right, String alternative) {

        private static final String GET = "s3:GetObject (and s3:ListBucket, without which S3 gives this answer for a missing"
                + " object)";

        static BucketRequest list(String bucket) {
            return new BucketRequest("the images in the bucket " + bucket + " can't be listed", "s3:ListBucket", "");
        }

        static BucketRequest look(String key) {
            return new BucketRequest(key + " can't be looked at", GET, "");
        }

        static BucketRequest read(String key) {
            return new BucketRequest(key + " can't be read", GET, "");
        }

        static BucketRequest write(String key) {
            return new BucketRequest(key + " can't be written", "s3:PutObject",
                    ", which is how objects are put; is " + Advice.bucketOption("endpoint") + " that of an S3 server?");
        }

        static BucketRequest copy(String key) {
            return new BucketRequest(key + " can't be copied", "s3:GetObject and s3:PutObject", "");
        }

        static BucketRequest delete(String key) {
            return new BucketRequest(key + " can't be deleted", "s3:DeleteObject",
                    Advice.choose(", so choose s3.after=leave", ", without which images can't leave the inbox"));
        }

        static BucketRequest readTags(String key) {
            return new BucketRequest("the tags of " + key + " can't be read", "s3:GetObjectTagging",
                    ", so choose s3.after=move or s3.after=leave");
        }

        static BucketRequest writeTags(String key) {
            return new BucketRequest(key + " can't be tagged", "s3:PutObjectTagging",
                    ", so choose s3.after=move or s3.after=leave");
        }
    }
}
