package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.validation.BrokerParameters.Kafka;
import io.github.camelroboflow.app.validation.ServerAddress.Webhook;
import io.github.camelroboflow.delivery.bucket.BucketImages.BucketAddress;
import io.github.camelroboflow.delivery.bucket.BucketImages.Cloud;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.bucket.s3.SqsQueue.SqsSettings;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks the values of a destination's parameters. A wrong one would look like a service that is down. */
final class DestinationParameters {

    private final Settings settings;
    private final AwsParameters amazon;

    DestinationParameters(Settings settings) {
        this.settings = settings;
        this.amazon = new AwsParameters(settings.s3().overrideEndpoint());
    }

    /**
     * @param defaultValue of this parameter; null if it has none
     * @throws IllegalArgumentException if the parameter can't have this value
     */
    void check(String destination, String parameter, String value, String defaultValue) {
        String name = "kamelet:" + destination + " " + parameter;
        if (isBoolean(defaultValue) && !isBoolean(value)) {
            throw new IllegalArgumentException(name + "=" + value + ": it is true or false");
        }
        Names.check(destination, parameter, value);
        switch (destination + " " + parameter) {
            case "webhook url" -> Webhook.checkUrl(name, value);
            case "folder name" -> checkFolder(name, value);
            case "queue name" -> Names.checkQueue(value, settings.queue().broker());
            case "kafka key" -> Names.checkKey(value);
            case "kafka topic" -> Kafka.checkTopic(name, value);
            case "sqs queue" -> AwsParameters.checkQueue(name, value);
            case "s3 bucket" -> amazon.checkBucket(name, value);
            case "s3 prefix", "azure prefix" -> AwsParameters.checkPrefix(name, value);
            case "azure container" -> Names.checkContainer(name, value);
            case "mail to", "mail from", "mail subject", "mail perHour" -> MailAndMqtt.checkMail(name, parameter, value);
            case "mqtt topic", "mqtt qos", "mqtt expiry" -> MailAndMqtt.checkMqtt(name, parameter, value);
            default -> {
                // any text is allowed, also for destinations of the user
            }
        }
    }

    /**
     * Checks the parameters that depend on each other.
     *
     * @param given the parameters that are set
     * @throws IllegalArgumentException if they can't go together
     */
    void checkTogether(String destination, Map<String, String> given) {
        if (destination.equals("webhook")) {
            Webhook.checkFormat(given);
        }
    }

    /** Returns whether it is true or false. For Camel every other word would be true. */
    private static boolean isBoolean(String value) {
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

    /** Checks the properties of the destination's service. */
    void checkService(String destination, ConfigurationErrors mistakes) {
        switch (destination) {
            case "queue" -> mistakes.check(() -> BrokerParameters.checkBroker(settings.queue().broker()));
            case "kafka" -> mistakes.check(() -> Kafka.checkBrokers(settings.kafka().brokers()));
            case "s3" -> checkS3(mistakes);
            case "sqs" -> checkSqs(mistakes);
            case "azure" -> mistakes.check(settings.container().account()::check);
            case "mail" -> mistakes.check(() -> MailAndMqtt.checkServer(settings.mail()));
            case "mqtt" -> MailAndMqtt.checkBroker(settings.mqtt(), mistakes);
            default -> {
                // it has no properties
            }
        }
    }

    private void checkS3(ConfigurationErrors mistakes) {
        S3Settings s3 = settings.s3();
        mistakes.check(() -> AwsParameters.checkRegion("s3.region", s3.region()));
        if (s3.overrideEndpoint()) {
            mistakes.check(() -> ServerAddress.check("s3.endpoint", s3.endpoint(), "http://localhost:9000"));
        }
    }

    private void checkSqs(ConfigurationErrors mistakes) {
        SqsSettings sqs = settings.sqs();
        mistakes.check(() -> AwsParameters.checkRegion("sqs.region", sqs.region()));
        if (sqs.overrideEndpoint()) {
            mistakes.check(() -> ServerAddress.check("sqs.endpoint", sqs.endpoint(), "http://localhost:9324"));
        }
        mistakes.check(() -> AwsParameters.checkQueues(sqs.queues()));
    }

    /**
     * Checks a bucket of any cloud and its service.
     *
     * @param name the property that has the bucket
     */
    void checkBucket(String name, BucketAddress address, ConfigurationErrors mistakes) {
        if (address.cloud() == Cloud.S3) {
            checkS3(mistakes);
            mistakes.check(() -> amazon.checkBucket(name, address.bucket()));
        } else {
            mistakes.check(settings.container().account()::check);
            mistakes.check(() -> Names.checkContainer(name, address.bucket()));
        }
    }

    /** Checks the bucket that images come from. */
    void checkBucketInbox(ConfigurationErrors mistakes) {
        checkBucket("s3.bucket", new BucketAddress(Cloud.S3, settings.bucket().bucket(), ""), mistakes);
    }

    /** Checks the container that images come from, and the queue of its events. */
    void checkContainerInbox(ConfigurationErrors mistakes) {
        checkBucket("azure.container", new BucketAddress(Cloud.AZURE, settings.container().inbox().bucket(), ""), mistakes);
        mistakes.check(() -> Names.checkContainer("azure.queue", settings.container().queue()));
    }

    /** Checks what a dispatcher needs. */
    void checkDispatch(ConfigurationErrors mistakes) {
        checkShared(mistakes);
        switch (settings.scale().source()) {
            case BUCKET -> checkBucketInbox(mistakes);
            case BUCKET_EVENTS -> {
                checkBucketInbox(mistakes);
                checkEventQueue(mistakes);
            }
            case CONTAINER, CONTAINER_EVENTS -> checkContainerInbox(mistakes);
            case FOLDER -> {
                // the start makes the folders
            }
        }
    }

    /** Checks what a worker needs. */
    void checkWork(ConfigurationErrors mistakes) {
        checkShared(mistakes);
        mistakes.check(() -> Kafka.checkTopic("scale.deadLetters", settings.scale().work().deadLetters()));
    }

    /** Checks the topic, the brokers and the database that several machines share. */
    private void checkShared(ConfigurationErrors mistakes) {
        mistakes.check(() -> Kafka.checkBrokers(settings.kafka().brokers()));
        mistakes.check(() -> Kafka.checkTopic("scale.topic", settings.scale().topic()));
        mistakes.check(() -> {
            if (new DeliveryDatabase(settings.database()).isExclusive()) {
                throw new IllegalArgumentException("delivery.database=" + settings.database().url().replaceAll(";.*", "")
                        + " is a file that one program"
                        + " has for itself, and the roles dispatch and work share a database: name a server, such as"
                        + " jdbc:postgresql://db/deliveries");
            }
        });
    }

    /** Checks the queue that events come from. */
    void checkEventQueue(ConfigurationErrors mistakes) {
        checkSqs(mistakes);
        mistakes.check(() -> AwsParameters.checkQueue("sqs.queue", settings.sqs().queue()));
    }

    /** Checks names and keys. One that no library can use would look like a service that is down. */
    static final class Names {

        /** The parameters that may have control characters: an address is checked by itself, and JSON has line breaks. */
        private static final Set<String> ANY_CHARACTERS = Set.of("url", "body");

        private static final Set<String> KEYS = Set.of("deliveryId", "resultKey", "image", "source", "model", "none");

        /** Characters and prefixes with another meaning for ActiveMQ's client: options, several queues, wildcards. */
        private static final Pattern NOT_ACTIVEMQ = Pattern.compile("[?,*>]|^(?:temp-)?(?:queue|topic)://|^ID:");

        /** The names of containers and storage queues. */
        private static final Pattern AZURE = Pattern.compile("(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*");

        private Names() {
        }

        /** @throws IllegalArgumentException if there can be no such container or storage queue at Azure */
        static void checkContainer(String name, String value) {
            if (!AZURE.matcher(value).matches()) {
                throw new IllegalArgumentException(name + "=" + value + " is no name at Azure: it has 3 to 63 small letters, digits"
                        + " and single hyphens, and begins and ends with a letter or digit");
            }
        }

        /** @throws IllegalArgumentException if no service can have such a name */
        static void check(String destination, String parameter, String value) {
            if (value.chars().anyMatch(Character::isISOControl) && !ANY_CHARACTERS.contains(parameter)) {
                throw refused(destination, parameter, value.replaceAll("\\p{Cntrl}", "?"), "it holds control characters");
            }
        }

        /** @throws IllegalArgumentException if it is not a key that records of Kafka can have */
        static void checkKey(String value) {
            if (!KEYS.contains(value)) {
                throw refused("kafka", "key", value, "it is deliveryId, resultKey, image, source, model or none");
            }
        }

        /** @throws IllegalArgumentException if the broker's protocol can't name such a queue */
        static void checkQueue(String name, String broker) {
            boolean amqp = broker.replaceFirst("^failover:(//)?\\(?", "").strip().startsWith("amqp");
            if (!amqp && NOT_ACTIVEMQ.matcher(name).find()) {
                throw refused("queue", "name", name, "ActiveMQ's protocol has another meaning for ? , * > and for queue:// at the"
                        + " beginning");
            }
        }

        private static IllegalArgumentException refused(String destination, String parameter, String value, String words) {
            return new IllegalArgumentException("kamelet:" + destination + " " + parameter + "=" + value + " can't be: " + words);
        }
    }
}
