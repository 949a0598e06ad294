package io.github.camelroboflow.delivery.failure;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Advice for failures of third-party libraries whose messages do not say what to do. */
final class FailureAdvice {

    /**
     * @param message a pattern that the failure's message must match
     * @param instead the text that replaces the message; {@code null} to keep it
     * @param advice  a clause that follows the message
     */
    private record Case(String type, Pattern message, String instead, String advice) {

        Case(String type, Pattern message, String advice) {
            this(type, message, null, advice);
        }

        String sentence(String sentence) {
            return (instead == null ? sentence.replaceFirst("\\.?$", "") : instead) + ": " + advice;
        }
    }

    private static final String SMALLER = "send such results to a folder, a bucket or a webhook, or fewer in one by"
            + " camel.component.roboflow.confidence or maxDetections, or ";

    private static final List<Case> CASES = List.of(
            new Case("software.amazon.awssdk.services.s3.model.NoSuchBucketException", Pattern.compile(""),
                    "make the bucket, or correct its name in routes/by-class.camel.yaml or config/application.properties"),
            new Case("software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException", Pattern.compile(""),
                    "make the queue, or correct its name in routes/by-class.camel.yaml, or sqs.queues in"
                            + " config/application.properties"),
            new Case("software.amazon.awssdk.core.exception.SdkClientException", Pattern.compile("(?i)unable to load credentials"),
                    // the original message lists every place that was searched
                    "no credentials for S3 or SQS were found",
                    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or see ~/.aws/credentials, or give this machine a role"),
            new Case("org.apache.kafka.common.errors.TimeoutException", Pattern.compile("not present in metadata"),
                    "are its brokers at kafka.brokers, and is there such a topic?"),
            new Case("org.apache.kafka.common.errors.RecordTooLargeException", Pattern.compile(""),
                    "raise camel.component.kafka.configuration.maxRequestSize here and max.message.bytes of the topic"),
            new Case("org.apache.kafka.common.InvalidRecordException", Pattern.compile(""),
                    "change the topic's settings, or the key of kamelet:kafka in routes/by-class.camel.yaml"),
            new Case("org.apache.kafka.common.errors.InvalidTopicException", Pattern.compile(""),
                    "correct the topic's name in routes/by-class.camel.yaml"),
            new Case("org.apache.kafka.common.errors.AuthorizationException", Pattern.compile(""),
                    "its administrator must allow this program's user to write there"),
            new Case("org.apache.kafka.common.errors.AuthenticationException", Pattern.compile(""),
                    "set camel.component.kafka.configuration.saslJaasConfig and saslMechanism"),
            new Case("org.apache.kafka.common.KafkaException", Pattern.compile(""), "are its brokers at kafka.brokers?"),
            new Case("software.amazon.awssdk.services.sqs.model.SqsException",
                    Pattern.compile("(?i)shorter than|too ?long|too ?large|exceed|maximum"),
                    SMALLER + "raise the queue's maximum message size"),
            new Case("jakarta.jms.JMSException", Pattern.compile("(?i)frame size of .* larger than max allowed"),
                    SMALLER + "raise wireFormat.maxFrameSize at the broker's connector"),
            new Case("jakarta.jms.JMSException", Pattern.compile("(?i)message-size|too large|exceeds"),
                    SMALLER + "raise the largest message size of the broker or the queue"),
            new Case("jakarta.jms.InvalidDestinationException", Pattern.compile(""),
                    "make the queue, or correct its name in routes/by-class.camel.yaml"),
            new Case("jakarta.jms.ResourceAllocationException", Pattern.compile(""),
                    "is the queue full, or may it not be made?"),
            new Case("javax.net.ssl.SSLPeerUnverifiedException", Pattern.compile(""),
                    "write a name that its certificate is for into the address"),
            new Case("javax.net.ssl.SSLException", Pattern.compile("(?i)plaintext connection|unrecognized SSL message"),
                    "does it speak TLS? Otherwise write http:// rather than https://"),
            new Case("javax.net.ssl.SSLException",
                    Pattern.compile("(?i)fatal alert: (bad_certificate|certificate_|handshake|access)"),
                    "does it want a certificate of its clients? Give Java one with -Djavax.net.ssl.keyStore=<file> and"
                            + " -Djavax.net.ssl.keyStorePassword=<password>"),
            new Case("jakarta.jms.JMSSecurityException", Pattern.compile(""), "set QUEUE_USER and QUEUE_PASSWORD"),
            new Case("jakarta.jms.JMSException", Pattern.compile(""), "is the broker at queue.broker up?"));

    private FailureAdvice() {
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
