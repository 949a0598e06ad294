package io.github.camelroboflow.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Which values can work for a destination. What can't was taken for a service that is down, and waited for. */
final class DestinationValues {

    private final AmazonValues amazon;
    private final Function<String, Optional<String>> property;

    /** @param property gives the value of one of {@code config/application.properties} */
    DestinationValues(Function<String, Optional<String>> property) {
        this.property = property;
        this.amazon = new AmazonValues(property);
    }

    /**
     * @param defaultValue of this parameter; null if it has none
     * @throws IllegalArgumentException if the parameter can't have this value
     */
    void check(String destination, String parameter, String value, String defaultValue) {
        String name = "kamelet:" + destination + " " + parameter;
        if (isYesOrNo(defaultValue) && !isYesOrNo(value)) {
            throw new IllegalArgumentException(name + "=" + value + ": it is true or false");
        }
        DestinationNames.check(destination, parameter, value);
        switch (destination + " " + parameter) {
            case "webhook url" -> WebhookValues.checkUrl(name, value);
            case "webhook body" -> WebhookValues.checkBody(name, value);
            case "folder name" -> checkFolder(name, value);
            case "queue name" -> DestinationNames.checkQueue(value, property);
            case "kafka key" -> DestinationNames.checkKey(value);
            case "kafka topic" -> KafkaValues.checkTopic(name, value);
            case "sqs queue" -> AmazonValues.checkQueue(name, value);
            case "s3 bucket" -> amazon.checkBucket(name, value);
            case "s3 prefix" -> AmazonValues.checkPrefix(name, value);
            default -> {
                // any text, and that of destinations of the user's own
            }
        }
    }

    /** Camel's constant is true for all other words. */
    private static boolean isYesOrNo(String value) {
        return "true".equalsIgnoreCase(value) || "false".equalsIgnoreCase(value);
    }

    private static void checkFolder(String name, String value) {
        try {
            if (Path.of(value).normalize().startsWith("..")) {
                throw new IllegalArgumentException(name + "=" + value + " leads out of the folder of the results: name one in"
                        + " it, or set results to another folder");
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(name + "=" + value + " can be no name of a folder here: " + e.getReason()
                    + "; if it is not plain ASCII, start with LC_ALL=C.UTF-8", e);
        }
    }

    /** Tells if the destination's service can't be reached at what the properties say of it. */
    void checkService(String destination, Mistakes mistakes) {
        switch (destination) {
            case "queue" -> mistakes.check(() -> QueueValues.checkBroker(value("queue.broker")));
            case "kafka" -> mistakes.check(() -> KafkaValues.checkBrokers(value("kafka.brokers")));
            case "s3" -> checkS3(mistakes);
            case "sqs" -> checkSqs(mistakes);
            default -> {
                // it has an address of its own, or none
            }
        }
    }

    private void checkS3(Mistakes mistakes) {
        mistakes.check(() -> amazon.checkRegion("s3.region"));
        mistakes.check(() -> amazon.checkEndpoint("s3", "http://localhost:9000"));
    }

    private void checkSqs(Mistakes mistakes) {
        mistakes.check(() -> amazon.checkRegion("sqs.region"));
        mistakes.check(() -> amazon.checkEndpoint("sqs", "http://localhost:9324"));
        mistakes.check(amazon::checkQueues);
    }

    /** Tells if images can't come from the bucket that the properties name. */
    void checkBucketInbox(Mistakes mistakes) {
        checkS3(mistakes);
        mistakes.check(() -> amazon.checkBucket("s3.bucket", value("s3.bucket")));
    }

    /** Tells if events can't come from the queue that the properties name. */
    void checkEventQueue(Mistakes mistakes) {
        checkSqs(mistakes);
        mistakes.check(() -> AmazonValues.checkQueue("sqs.queue", value("sqs.queue")));
    }

    private String value(String name) {
        return property.apply(name).orElse("").strip();
    }
}
