package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.AwsAnswer;
import io.github.camelroboflow.inference.Printable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** The bucket, or one of its objects, can't be used now; the message tells the operator why and what to do. */
final class BucketException extends IOException {

    private static final int LONGEST = 500;
    /** As systems say it of a disk or of themselves. */
    private static final Pattern LOCAL = Pattern.compile("(?i)no space left|quota exceeded|not enough space|read-only file system"
            + "|too many open files|input/output error");

    BucketException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param server where the bucket is */
    static BucketException of(BucketRequest request, String bucket, String server, SdkException error) {
        return new BucketException(request.whatFailed() + ": " + reason(request, bucket, server, error), error);
    }

    /** The server's answer; empty if it did not answer, or this is about something else. */
    Optional<AwsAnswer> answer() {
        return getCause() == null ? Optional.empty() : AwsAnswer.of(getCause());
    }

    /** Whether the server says that there is no such object, though there is its bucket. */
    boolean isOfAbsentObject() {
        return !(getCause() instanceof NoSuchBucketException) && answer().filter(answer -> answer.status() == 404).isPresent();
    }

    /** Whether the server never does what it was asked, or does another thing instead. */
    boolean isOfTheServersKind() {
        return getCause() == null || answer().filter(answer -> answer.status() == 501 || answer.status() == 405
                || answer.code().equals("NotImplemented")).isPresent();
    }

    /** Whether it is a folder or a disk of this machine that failed. */
    boolean isOfThisMachine() {
        return Stream.iterate(getCause(), error -> error != null, Throwable::getCause).limit(20)
                .anyMatch(error -> error instanceof FileSystemException || error instanceof IOException
                        && LOCAL.matcher(String.valueOf(error.getMessage())).find());
    }

    private static String reason(BucketRequest request, String bucket, String server, SdkException error) {
        if (error instanceof NoSuchBucketException) {
            return "there is no bucket " + bucket + " at " + server + "; make it, or set s3.bucket, s3.region and s3.endpoint";
        }
        Optional<AwsAnswer> refusal = AwsAnswer.of(error);
        if (refusal.isPresent()) {
            return server + " answered with " + refusal.get().words() + advice(request, bucket, refusal.get());
        }
        String message = String.valueOf(error.getMessage());
        if (message.startsWith("Unable to load credentials")) {
            return "there are no credentials for " + server + "; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or see"
                    + " ~/.aws/credentials, or give this machine a role";
        }
        return server + " can't be reached, " + cause(error);
    }

    private static String advice(BucketRequest request, String bucket, AwsAnswer answer) {
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
        String message = Printable.of(String.valueOf(cause.getMessage()).replaceAll("\\s*[\\r\\n]+\\s*", " "));
        return cause.getClass().getSimpleName() + ": "
                + (message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…");
    }
}
