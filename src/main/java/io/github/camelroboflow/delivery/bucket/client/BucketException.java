package io.github.camelroboflow.delivery.bucket.client;

import io.github.camelroboflow.delivery.failure.CloudErrorResponse;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Thrown if the bucket or one of its objects can't be used now; the message says why to the operator, and what to do. */
public final class BucketException extends IOException {

    private static final int LONGEST = 500;
    /** The texts of operating systems about their disks or themselves. */
    private static final Pattern LOCAL = Pattern.compile("(?i)no space left|quota exceeded|not enough space|read-only file system"
            + "|too many open files|input/output error");

    public BucketException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns the server's error response. Empty if it did not answer, or the failure is another one. */
    public Optional<CloudErrorResponse> answer() {
        return getCause() == null ? Optional.empty() : CloudErrorResponse.of(getCause());
    }

    /** Returns whether the server says that the object is missing and the bucket exists. */
    boolean isObjectMissing() {
        return answer().filter(CloudErrorResponse::isObjectMissing).isPresent();
    }

    /** Returns whether the server never does the request, or does something else instead. */
    public boolean isUnsupported() {
        return getCause() == null || answer().filter(answer -> answer.status() == 501 || answer.status() == 405
                || answer.code().equals("NotImplemented")).isPresent();
    }

    /** Returns whether this machine has no credentials, so that nothing was requested. */
    public boolean isWithoutCredentials() {
        return getCause() != null && String.valueOf(getCause().getMessage()).startsWith("Unable to load credentials");
    }

    /** Returns whether a folder or a disk of this machine failed. */
    public boolean isLocal() {
        return Stream.iterate(getCause(), error -> error != null, Throwable::getCause).limit(20)
                .anyMatch(error -> error instanceof FileSystemException || error instanceof IOException
                        && LOCAL.matcher(String.valueOf(error.getMessage())).find());
    }

    /** Describes a failure without an answer of the server, for the operator. */
    public static String unreachable(String server, Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String words = cause.getMessage();
        if (words == null) {
            // the JDK's HTTP client has none
            words = cause instanceof UnresolvedAddressException ? "there is no such host"
                    : "the connection was refused or broke off";
        }
        String message = MessageText.printable(words.replaceAll("\\s*[\\r\\n]+\\s*", " "));
        return server + " can't be reached, " + cause.getClass().getSimpleName() + ": "
                + (message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…");
    }

    /** Names a request to a bucket, for the message about its failure. */
    public enum BucketRequest {

        LIST("the images in %s can't be listed"),
        LOOK("%s can't be looked at"),
        READ("%s can't be read"),
        WRITE("%s can't be written"),
        COPY("%s can't be copied"),
        DELETE("%s can't be deleted"),
        READ_TAGS("the tags of %s can't be read"),
        WRITE_TAGS("%s can't be tagged");

        private final String failure;

        BucketRequest(String failure) {
            this.failure = failure;
        }

        /** @param about the key, or the bucket of a list */
        public String failure(String about) {
            return String.format(failure, about);
        }
    }
}
