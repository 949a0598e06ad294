package io.github.camelroboflow.delivery.failure;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.failure.FileFailures.UnwritableFile;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.MessageText;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.component.file.GenericFileOperationFailedException;

/** Tells whose fault a failure is: the image's own, or an outage of something that every image needs. */
public final class FailureClassifier {

    private static final List<Class<?>> OUTAGES = List.of(RoboflowUnavailableException.class, RoboflowRejectedException.class,
            ModelPackageException.class, IOException.class, UncheckedIOException.class, RejectedExecutionException.class,
            GenericFileOperationFailedException.class, DatabaseException.class, LinkageError.class);

    /** Of libraries that may be absent, so by name; with their subclasses. */
    private static final List<String> OUTAGES_BY_NAME = List.of("jakarta.jms.JMSException", "org.springframework.jms.JmsException",
            "software.amazon.awssdk.core.exception.SdkException", "org.apache.kafka.common.KafkaException",
            "org.springframework.dao.DataAccessException", "org.springframework.transaction.TransactionException",
            // asks of the model what it can't tell, for every image
            "io.github.camelroboflow.condition.ConditionException");

    private static final String DAMAGED_RESULT = "io.github.camelroboflow.condition.ConditionException$DamagedResultException";

    /** Subclasses of these that are about what was sent, which will never be taken. */
    private static final List<String> REFUSALS = List.of("org.apache.kafka.common.errors.RecordTooLargeException",
            "org.apache.kafka.common.errors.RecordBatchTooLargeException", "org.apache.kafka.common.InvalidRecordException",
            "org.apache.kafka.common.errors.InvalidTimestampException", "org.apache.kafka.common.errors.SerializationException",
            "org.apache.activemq.MaxFrameSizeExceededException");

    /**
     * As ActiveMQ's client words it; AMQP's condition, which the brokers have in their own name spaces, too; and SQS, whose code is
     * that of any invalid parameter.
     */
    private static final Pattern TOO_LARGE = Pattern.compile("(?i)frame size of .* larger than max allowed|message-size-exceeded"
            + "|message (?:size )?(?:is )?(?:too large|exceeds)|max-message-size|message ?too ?long|must be shorter than");
    private static final List<String> OF_MESSAGES = List.of("jakarta.jms.JMSException",
            "software.amazon.awssdk.services.sqs.model.SqsException");

    private static final String HTTP_FAILURE = "org.apache.camel.http.base.HttpOperationFailedException";
    private static final Set<String> WRAPPERS = Set.of("org.apache.camel.CamelExecutionException",
            "org.apache.camel.RuntimeCamelException", "org.apache.camel.CamelExchangeException",
            "org.apache.camel.RuntimeExchangeException", "org.apache.camel.ExpressionEvaluationException",
            "org.apache.camel.component.bean.RuntimeBeanExpressionException",
            "java.util.concurrent.ExecutionException", "java.util.concurrent.CompletionException",
            "java.lang.reflect.InvocationTargetException", "java.lang.reflect.UndeclaredThrowableException",
            "java.security.PrivilegedActionException");

    /** Camel's naming of the exchange, which tells a person nothing. */
    private static final Pattern EXCHANGE = Pattern.compile("[.,:]?\\s*(?:(?:on|for) )?(?:the exchange: )?\\bExchange\\[[^\\]]*]");

    private static final int MOST_CAUSES = 20;

    /** Characters of what others say. */
    private static final int LONGEST_WORDS = 500;

    /** Refusals that are about us, the address or the moment, not about what was sent. */
    private static final List<Integer> OUTAGE_STATUSES = List.of(401, 402, 403, 404, 405, 407, 408, 410, 423, 425, 429);

    private FailureClassifier() {
    }

    /**
     * What went wrong with an exchange, or {@code null}: an exception that an error handler has dealt with counts, since an image
     * whose message ended with the dead letters is not done.
     */
    public static Throwable failureOf(Exchange exchange) {
        ExchangeExtension extension = exchange.getExchangeExtension();
        if (exchange.getException() == null && extension.isErrorHandlerHandledSet() && extension.isErrorHandlerHandled()) {
            return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        }
        return exchange.getException();
    }

    /** The part of the exception that tells of an outage; empty if the image itself is to blame, or perhaps is. */
    public static Optional<Throwable> outage(Throwable error) {
        if (causes(error).anyMatch(FailureClassifier::isPayloadFault)) {
            return Optional.empty();
        }
        Optional<OutOfMemoryError> memory = OutOfMemory.in(error);
        if (memory.isPresent()) {
            // most often it was this image that took it all
            return memory.filter(e -> OutOfMemory.isThreadShortage(e) || OutOfMemory.isMemoryExhausted())
                    .map(Throwable.class::cast);
        }
        return causes(error).filter(FailureClassifier::isOutage).findFirst();
    }

    /** Whether nothing is gained by trying the image again. */
    public static boolean isPermanent(Throwable error) {
        return causes(error).anyMatch(FailureClassifier::isPayloadFault);
    }

    /** Whether the receiver has looked at what was sent and will never take it, so that nothing is gained by sending it again. */
    public static boolean isRefusal(Throwable error) {
        return causes(error).anyMatch(cause -> isRefused(cause)
                || isNamed(cause, HTTP_FAILURE::equals) && isRefusal(status(cause, "getStatusCode"))
                || AwsErrorResponse.of(cause).filter(AwsErrorResponse::isPayloadFault).isPresent());
    }

    private static boolean isPayloadFault(Throwable error) {
        return error instanceof InvalidImageException || isRefused(error);
    }

    private static boolean isRefused(Throwable error) {
        return isNamed(error, REFUSALS::contains) || isNamed(error, OF_MESSAGES::contains) && error.getMessage() != null
                && TOO_LARGE.matcher(error.getMessage()).find();
    }

    /** Also where it is gone for good: by 410 a receiver says that it wants no more. */
    private static boolean isRefusal(int httpStatus) {
        return httpStatus == 410 || !isOutage(httpStatus);
    }

    /**
     * What to tell a person, in one line: the message of the exception that has one, with its kind where the message alone says too
     * little.
     */
    public static String describe(Throwable error) {
        return MessageText.printable(words(error));
    }

    private static String words(Throwable error) {
        Throwable telling = causes(error).filter(FailureClassifier::isPayloadFault).findFirst()
                .or(() -> causes(error).filter(FailureClassifier::isOurs).findFirst())
                .or(() -> causes(error).filter(FailureClassifier::isOutage).findFirst().map(FailureClassifier::unwrapped))
                .orElseGet(() -> rootCause(error));
        if (telling instanceof OutOfMemoryError memory) {
            return OutOfMemory.sentence(memory);
        }
        if (isNamed(telling, HTTP_FAILURE::equals)) {
            // not its own message, which tells the whole address, and that may hold a token
            return "the receiver answered with HTTP status " + status(telling, "getStatusCode")
                    + responseExcerpt(get(telling, "getResponseBody")) + redirectHint(get(telling, "getRedirectLocation"));
        }
        Optional<AwsErrorResponse> answer = AwsErrorResponse.of(telling);
        if (answer.isPresent()) {
            return FailureAdvice
                    .after("S3 or SQS answered with " + answer.get().describe(), telling, type -> isNamed(telling, type::equals));
        }
        Optional<String> full = telling instanceof DatabaseException ? Optional.empty()
                : FileFailures.sentence(causes(telling).toList());
        if (full.isPresent()) {
            return full.get();
        }
        if (telling instanceof GenericFileOperationFailedException file) {
            return UnwritableFile.sentence(file);
        }
        String message = withoutExchange(telling.getMessage());
        return isOurs(telling) && message != null ? message
                : FailureAdvice.after(telling.getClass().getSimpleName() + (message == null ? "" : ": " + withoutSecrets(message)),
                        telling, type -> isNamed(telling, type::equals));
    }

    /** The receiver's words, on one line and no longer than is read. */
    private static String responseExcerpt(Object body) {
        String line = Objects.toString(body, "").replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.isEmpty() ? "" : ": " + (line.length() > LONGEST_WORDS ? line.substring(0, LONGEST_WORDS) + "…" : line);
    }

    private static String redirectHint(Object location) {
        return location == null ? "" : "; it sends to " + AcceptedDestinations.redactedAddress(String.valueOf(location))
                + ", where nothing is sent without your word: correct the address";
    }

    /**
     * Others put whole addresses into their messages, with names, passwords and queries, those of webhooks with tokens in the path;
     * and they may have a lot to say.
     */
    private static String withoutSecrets(String message) {
        String some = message.length() <= 4 * LONGEST_WORDS ? message : message.substring(0, 4 * LONGEST_WORDS);
        String clean = some.replaceAll("(\\w+://)[^\\s/@]+@", "$1…@").replaceAll("(\\w+:/*[^\\s?]*)\\?[^\\s]+", "$1?…")
                .replaceAll("(?i)(https?:/+[^\\s/]+/)[^\\s]+", "$1…")
                .replaceAll("(?i)\\b(password|secret|token|access.?key)\\s*[=:]\\s*[^\\s,;]+", "$1=…");
        return clean.length() <= LONGEST_WORDS ? clean : clean.substring(0, LONGEST_WORDS) + "…";
    }

    private static boolean isOurs(Throwable error) {
        return error.getClass().getName().startsWith("io.github.camelroboflow.");
    }

    /**
     * Without what Camel and Java wrap around exceptions, whose words say nothing of what happened: that there was one, for which
     * exchange, or just their cause's own.
     */
    public static Throwable rootCause(Throwable error) {
        Throwable inner = error;
        for (int i = 0; i < MOST_CAUSES && inner.getCause() != null && isWrapper(inner); i++) {
            inner = inner.getCause();
        }
        return inner;
    }

    private static boolean isWrapper(Throwable error) {
        String message = error.getMessage();
        return message == null || WRAPPERS.contains(error.getClass().getName()) || message.equals(error.getCause().toString())
                || message.equals(error.getCause().getMessage());
    }

    private static String withoutExchange(String message) {
        return message == null ? null : EXCHANGE.matcher(message).replaceAll("");
    }

    /** Spring's exceptions about JMS just say that there was one. */
    private static Throwable unwrapped(Throwable error) {
        return error.getCause() != null && isNamed(error, "org.springframework.jms.JmsException"::equals)
                ? error.getCause() : error;
    }

    private static boolean isOutage(Throwable error) {
        if (OUTAGES.stream().anyMatch(type -> type.isInstance(error))) {
            return true;
        }
        if (isNamed(error, HTTP_FAILURE::equals)) {
            return isOutage(status(error, "getStatusCode"));
        }
        return isNamed(error, OUTAGES_BY_NAME::contains) && !isNamed(error, DAMAGED_RESULT::equals)
                && AwsErrorResponse.of(error).filter(AwsErrorResponse::isPayloadFault).isEmpty();
    }

    private static boolean isOutage(int httpStatus) {
        return httpStatus < 400 || httpStatus >= 500 || OUTAGE_STATUSES.contains(httpStatus);
    }

    private static boolean isNamed(Throwable error, Predicate<String> name) {
        return Stream.<Class<?>>iterate(error.getClass(), type -> type != null, Class::getSuperclass).map(Class::getName)
                .anyMatch(name);
    }

    private static int status(Throwable error, String getter) {
        return (int) get(error, getter);
    }

    private static Object get(Object object, String getter) {
        try {
            return object.getClass().getMethod(getter).invoke(object);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(object.getClass().getName() + " has no " + getter + " any more", e);
        }
    }

    private static Stream<Throwable> causes(Throwable error) {
        return Stream.iterate(error, cause -> cause != null, Throwable::getCause).limit(MOST_CAUSES);
    }
}
