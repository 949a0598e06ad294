package io.github.camelroboflow.app.validation;

import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointParams;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;

/** Checks names, regions and addresses of S3 and SQS. */
final class AwsParameters {

    /** The names with capitals and underscores that servers other than Amazon's allow. */
    private static final Pattern ANY_BUCKET = Pattern.compile("[\\p{Alnum}][\\p{Alnum}._-]{1,253}[\\p{Alnum}]");
    private static final Pattern BUCKET =
            Pattern.compile("(?!.*\\.\\.)(?!\\d+\\.\\d+\\.\\d+\\.\\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern QUEUE = Pattern.compile("[\\p{Alnum}_-]{1,80}|[\\p{Alnum}_-]{1,75}\\.fifo");
    private static final String ARN = "arn:";
    private static final String ANY = "images";
    private static final int LONGEST_PREFIX = 512;

    private final boolean overridden;

    /** @param overridden whether S3 is at another server than Amazon's */
    AwsParameters(boolean overridden) {
        this.overridden = overridden;
    }

    /** @throws IllegalArgumentException if there can be no such region */
    static void checkRegion(String name, String region) {
        try {
            resolve(region, ANY);
        } catch (SdkException | IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "=" + region + " is no region: it is such as eu-central-1", e);
        }
    }

    private static void resolve(String region, String bucket) {
        try {
            S3EndpointProvider.defaultProvider().resolveEndpoint(S3EndpointParams.builder().region(Region.of(region)).bucket(bucket)
                    .build()).join();
        } catch (CompletionException e) {
            throw new IllegalArgumentException(e.getCause().getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if there can be no such bucket, at Amazon or, if it is overridden, elsewhere */
    void checkBucket(String name, String bucket) {
        if (bucket.startsWith(ARN)) {
            checkArn(name, bucket);
        } else if (overridden && !ANY_BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException(name + "=" + bucket + " is no name of a bucket: it has 3 to 255 letters, digits,"
                    + " dots, hyphens and underscores");
        } else if (!overridden && !BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException(name + "=" + bucket + " is no name of a bucket of Amazon's: it has 3 to 63 small"
                    + " letters, digits, dots and hyphens, begins and ends with a letter or digit, and is no IP address"
                    + "; for another server's set s3.overrideEndpoint=true and s3.endpoint");
        }
    }

    private static void checkArn(String name, String bucket) {
        try {
            resolve("us-east-1", bucket);
        } catch (SdkException | IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "=" + bucket + " can't be used: " + e.getMessage(), e);
        }
    }

    /** @throws IllegalArgumentException if the prefix is too long for the names of images behind it */
    static void checkPrefix(String name, String prefix) {
        if (prefix.length() > LONGEST_PREFIX) {
            throw new IllegalArgumentException(name + " is too long: it has " + prefix.length() + " characters, and "
                    + LONGEST_PREFIX + " leave room for the names of images");
        }
    }

    /** @throws IllegalArgumentException if there can be no such queue */
    static void checkQueue(String name, String queue) {
        if (!QUEUE.matcher(queue).matches()) {
            throw new IllegalArgumentException(name + "=" + queue + " is no name of a queue: it has up to 80 letters, digits,"
                    + " hyphens and underscores");
        }
    }

    /** @throws IllegalArgumentException if it can't be the common beginning of the addresses of queues */
    static void checkQueues(String queues) {
        ServerAddress.check("sqs.queues", queues, "https://sqs.us-east-1.amazonaws.com/123456789012/");
        if (!queues.endsWith("/")) {
            throw new IllegalArgumentException("sqs.queues=" + ServerAddress.withoutSecrets(queues)
                    + "… must end with a slash, since"
                    + " the name of the queue is appended to it");
        }
    }
}
