package io.github.camelroboflow.delivery.failure;

import io.github.camelroboflow.inference.support.Advice;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Advice for failures of third-party libraries whose messages do not say what to do. */
final class FailureAdvice {

    /**
     * @param message   a pattern that the failure's message must match
     * @param instead   the text that replaces the message; {@code null} to keep it
     * @param program   a clause that follows the message in the shipped program
     * @param elsewhere the same for other applications
     */
    private record Case(String type, Pattern message, String instead, String program, String elsewhere) {

        Case(String type, Pattern message, String program, String elsewhere) {
            this(type, message, null, program, elsewhere);
        }

        Case(String type, Pattern message, String advice) {
            this(type, message, null, advice, advice);
        }

        String sentence(String sentence) {
            return (instead == null ? sentence.replaceFirst("\\.?$", "") : instead) + ": " + Advice.choose(program, elsewhere);
        }
    }

    private static final Pattern ANY = Pattern.compile("");
    private static final String CREDENTIALS =
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or see ~/.aws/credentials, or give this machine a role";

    private static final List<Case> CASES = List.of(
            new Case("software.amazon.awssdk.services.s3.model.NoSuchBucketException", ANY,
                    "make the bucket, or correct its name in routes/by-class.camel.yaml or config/application.properties",
                    "make the bucket, or correct its name in the route"),
            new Case("com.azure.storage.blob.models.BlobStorageException", Pattern.compile("ContainerNotFound"),
                    "make the container, or correct its name in routes/by-class.camel.yaml",
                    "make the container, or correct its name in the route"),
            new Case("com.azure.storage.blob.models.BlobStorageException", Pattern.compile("AuthenticationFailed"),
                    "check the account's key or its shared access signature, which may have expired, and this machine's clock"),
            new Case("software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException", ANY,
                    "make the queue, or correct its name in routes/by-class.camel.yaml, or sqs.queues in"
                            + " config/application.properties",
                    "make the queue, or correct its name in the route, or the property sqs.queues"),
            new Case("software.amazon.awssdk.core.exception.SdkClientException", Pattern.compile("(?i)unable to load credentials"),
                    // the original message lists every place that was searched
                    "no credentials for S3 or SQS were found", CREDENTIALS, CREDENTIALS),
            new Case("org.apache.kafka.common.errors.TimeoutException", Pattern.compile("not present in metadata"),
                    "are its brokers at kafka.brokers, and is there such a topic?"),
            new Case("org.apache.kafka.common.errors.RecordTooLargeException", ANY,
                    "raise camel.component.kafka.configuration.maxRequestSize here and max.message.bytes of the topic",
                    "raise maxRequestSize of Camel's component kafka here and max.message.bytes of the topic"),
            new Case("org.apache.kafka.common.InvalidRecordException", ANY,
                    "change the topic's settings, or the key of kamelet:kafka in routes/by-class.camel.yaml",
                    "change the topic's settings, or the key of kamelet:kafka in the route"),
            new Case("org.apache.kafka.common.errors.InvalidTopicException", ANY,
                    "correct the topic's name in routes/by-class.camel.yaml", "correct the topic's name in the route"),
            new Case("org.apache.kafka.common.errors.AuthorizationException", ANY,
                    "its administrator must allow this program's user to write there"),
            new Case("org.apache.kafka.common.errors.AuthenticationException", ANY,
                    "set camel.component.kafka.configuration.saslJaasConfig and saslMechanism",
                    "set saslJaasConfig and saslMechanism of Camel's component kafka"),
            new Case("org.apache.kafka.common.KafkaException", ANY, "are its brokers at kafka.brokers?"),
            tooLarge("software.amazon.awssdk.services.sqs.model.SqsException",
                    "(?i)shorter than|too ?long|too ?large|exceed|maximum", "raise the queue's maximum message size"),
            tooLarge("jakarta.jms.JMSException", "(?i)frame size of .* larger than max allowed",
                    "raise wireFormat.maxFrameSize at the broker's connector"),
            tooLarge("jakarta.jms.JMSException", "(?i)message-size|too large|exceeds",
                    "raise the largest message size of the broker or the queue"),
            new Case("jakarta.jms.InvalidDestinationException", ANY,
                    "make the queue, or correct its name in routes/by-class.camel.yaml",
                    "make the queue, or correct its name in the route"),
            new Case("jakarta.jms.ResourceAllocationException", ANY, "is the queue full, or may it not be made?"),
            new Case("javax.net.ssl.SSLPeerUnverifiedException", ANY, "write a name that its certificate is for into the address"),
            new Case("javax.net.ssl.SSLException", Pattern.compile("(?i)plaintext connection|unrecognized SSL message"),
                    "does it speak TLS? Otherwise write http:// rather than https://"),
            new Case("javax.net.ssl.SSLException",
                    Pattern.compile("(?i)fatal alert: (bad_certificate|certificate_|handshake|access)"),
                    "does it want a certificate of its clients? Give Java one with -Djavax.net.ssl.keyStore=<file> and"
                            + " -Djavax.net.ssl.keyStorePassword=<password>"),
            new Case("jakarta.jms.JMSSecurityException", ANY, "set QUEUE_USER and QUEUE_PASSWORD",
                    "set the properties queue.user and queue.password"),
            new Case("jakarta.jms.JMSException", ANY, "is the broker at queue.broker up?"));

    private FailureAdvice() {
    }

    private static Case tooLarge(String type, String message, String cure) {
        String others = "send such results to a folder, a bucket or a webhook, or fewer in one by ";
        return new Case(type, Pattern.compile(message),
                others + "camel.component.roboflow.confidence or maxDetections, or " + cure,
                others + "confidence or maxDetections of the model's endpoint, or " + cure);
    }

    /**
     * Adds the advice to the sentence, if there is any.
     *
     * @param isNamed whether the failure has the class of that name
     */
    static String after(String sentence, Throwable failure, Predicate<String> isNamed) {
        return CASES.stream().filter(one -> isNamed.test(one.type)
                && one.message.matcher(Objects.toString(failure.getMessage(), "")).find()).findFirst()
                .map(one -> one.sentence(sentence)).orElse(sentence);
    }
}
