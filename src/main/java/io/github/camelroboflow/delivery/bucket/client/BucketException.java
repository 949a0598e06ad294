package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.failure.AwsErrorResponse;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** The bucket, or one of its objects, can't be used now; the message tells the operator why and what to do. */
public final class BucketException extends IOException {

    private static final int LONGEST = 500;
    /** As systems say it of a disk or of themselves. */
    private static final Pattern LOCAL = Pattern.compile("(?i)no space left|quota exceeded|not enough space|read-only file system"
            + "|too many open files|input/output error");

    public BucketException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param server where the bucket is */
    static BucketException of(BucketRequest request, String bucket, String server, SdkException error) {
        return new BucketException(request.whatFailed() + ": " + reason(request, bucket, server, error), error);
    }

    /** The server's answer; empty if it did not answer, or this is about something else. */
    public Optional<AwsErrorResponse> answer() {
        return getCause() == null ? Optional.empty() : AwsErrorResponse.of(getCause());
    }

    /** Whether the server says that there is no such object, though there is its bucket. */
    boolean isObjectMissing() {
        return !(getCause() instanceof NoSuchBucketException) && answer().filter(answer -> answer.status() == 404).isPresent();
    }

    /** Whether the server never does what it was asked, or does another thing instead. */
    public boolean isUnsupported() {
        return getCause() == null || answer().filter(answer -> answer.status() == 501 || answer.status() == 405
                || answer.code().equals("NotImplemented")).isPresent();
    }

    /** Whether it is a folder or a disk of this machine that failed. */
    public boolean isLocal() {
        return Stream.iterate(getCause(), error -> error != null, Throwable::getCause).limit(20)
                .anyMatch(error -> error instanceof FileSystemException || error instanceof IOException
                        && LOCAL.matcher(String.valueOf(error.getMessage())).find());
    }

    private static String reason(BucketRequest request, String bucket, String server, SdkException error) {
        if (error instanceof NoSuchBucketException) {
            return "there is no bucket " + bucket + " at " + server + "; make it, or set s3.bucket, s3.region and s3.endpoint";
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
            case 301, 307 -> "; check s3.region and s3.endpoint";
            case 400 -> answer.code().isEmpty() || answer.code().matches("(?i).*(token|region|authorization|expired).*")
                    ? "; check s3.region, s3.bucket and whether the credentials have expired" : "";
            case 405, 501 -> "; it does not know this request" + request.withoutIt();
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
     * A request to a bucket, for the sentence that tells that it failed.
     *
     * @param whatFailed such as {@code a.jpg can't be read}
     * @param right      what the credentials must be allowed, in Amazon's words
     * @param withoutIt  what to do where the server does not know it: a clause that goes on from that, or nothing
     */
    record BucketRequest(String whatFailed, String right, String withoutIt) {

        private static final String GET = "s3:GetObject (and s3:ListBucket, without which S3 answers so for what is not there)";

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
                    ", which is how objects are put; is s3.endpoint that of an S3 server?");
        }

        static BucketRequest copy(String key) {
            return new BucketRequest(key + " can't be copied", "s3:GetObject and s3:PutObject", "");
        }

        static BucketRequest delete(String key) {
            return new BucketRequest(key + " can't be deleted", "s3:DeleteObject", ", so choose s3.after=leave");
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
