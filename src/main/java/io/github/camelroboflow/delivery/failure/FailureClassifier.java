package io.github.camelroboflow.delivery.failure;

import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.delivery.failure.DestinationException.Fault;
import io.github.camelroboflow.delivery.failure.FileFailures.UnwritableFile;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelPackageException.UnknownPackageException;
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

/** Classifies failures: an image's own failure, or an outage of something that every image needs. */
public final class FailureClassifier {

    private static final List<Class<?>> OUTAGES = List.of(RoboflowUnavailableException.class, RoboflowRejectedException.class,
            ModelPackageException.class, IOException.class, UncheckedIOException.class, RejectedExecutionException.class,
            GenericFileOperationFailedException.class, DatabaseException.class, LinkageError.class);

    private static final String AZURE = "com.azure.core.exception.AzureException";

    /** Outages of libraries that may be absent, by class name and with their subclasses. */
    private static final List<String> OUTAGES_BY_NAME = List.of("jakarta.jms.JMSException", "org.springframework.jms.JmsException",
            "software.amazon.awssdk.core.exception.SdkException", AZURE,
            "org.apache.kafka.common.KafkaException",
            "org.springframework.dao.DataAccessException", "org.springframework.transaction.TransactionException",
            // the condition needs values that the model can't deliver, for every image
            "io.github.camelroboflow.condition.ConditionException");

    private static final String DAMAGED_RESULT = "io.github.camelroboflow.condition.ConditionException$DamagedResultException";

    /** Subclasses of the outages that are about the message, which will never be accepted. */
    private static final List<String> REFUSALS = List.of("org.apache.kafka.common.errors.RecordTooLargeException",
            "org.apache.kafka.common.errors.RecordBatchTooLargeException", "org.apache.kafka.common.InvalidRecordException",
            "org.apache.kafka.common.errors.InvalidTimestampException", "org.apache.kafka.common.errors.SerializationException",
            "org.apache.activemq.MaxFrameSizeExceededException");

    /**
     * The texts of ActiveMQ's client, of AMQP's error condition (the brokers have it in their own name spaces, too), and of SQS,
     * whose code is the same for any invalid parameter.
     */
    private static final Pattern TOO_LARGE = Pattern.compile("(?i)frame size of .* larger than max allowed|message-size-exceeded"
            + "|message (?:size )?(?:is )?(?:too large|exceeds)|max-message-size|message ?too ?long|must be shorter than");
    private static final List<String> TOO_LARGE_TYPES = List.of("jakarta.jms.JMSException",
            "software.amazon.awssdk.services.sqs.model.SqsException");

    private static final String HTTP_FAILURE = "org.apache.camel.http.base.HttpOperationFailedException";
    private static final Set<String> WRAPPERS = Set.of("org.apache.camel.CamelExecutionException",
            "org.apache.camel.RuntimeCamelException", "org.apache.camel.CamelExchangeException",
            "org.apache.camel.RuntimeExchangeException", "org.apache.camel.ExpressionEvaluationException",
            "org.apache.camel.component.bean.RuntimeBeanExpressionException",
            "java.util.concurrent.ExecutionException", "java.util.concurrent.CompletionException",
            "java.lang.reflect.InvocationTargetException", "java.lang.reflect.UndeclaredThrowableException",
            "java.security.PrivilegedActionException");

    /** Camel's text for the exchange, which does not help a person. */
    private static final Pattern EXCHANGE = Pattern.compile("[.,:]?\\s*(?:(?:on|for) )?(?:the exchange: )?\\bExchange\\[[^\\]]*]");

    private static final int MOST_CAUSES = 20;

    /** The longest text of a third party, in characters. */
    private static final int LONGEST_TEXT = 500;

    /** Refusals about the client, the address or the moment, not about the content. */
    private static final List<Integer> OUTAGE_STATUSES = List.of(401, 402, 403, 404, 405, 407, 408, 410, 423, 425, 429);

    private FailureClassifier() {
    }

    /**
     * Returns the failure of an exchange, or {@code null}. An exception that an error handler has handled counts, since an image
     * whose message went to the dead letters is not done.
     */
    public static Throwable failureOf(Exchange exchange) {
        ExchangeExtension extension = exchange.getExchangeExtension();
        if (exchange.getException() == null && extension.isErrorHandlerHandledSet() && extension.isErrorHandlerHandled()) {
            return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        }
        return exchange.getException();
    }

    /** Returns the cause that is an outage. Empty if the image itself is or may be at fault. */
    public static Optional<Throwable> outage(Throwable error) {
        if (causes(error).anyMatch(FailureClassifier::isPayloadFault)) {
            return Optional.empty();
        }
        Optional<OutOfMemoryError> memory = OutOfMemory.in(error);
        if (memory.isPresent()) {
            // most often this image took all the memory
            return memory.filter(e -> OutOfMemory.isThreadShortage(e) || OutOfMemory.isMemoryExhausted())
                    .map(Throwable.class::cast);
        }
        return causes(error).filter(FailureClassifier::isOutage).findFirst();
    }

    /**
     * Returns whether a part of the program that can't start may wait for its place, such as a server that is down or a disk
     * that is not mounted. A mistake in the configuration does not heal, such as the name of a model that does not exist, or a
     * key that is refused.
     */
    public static boolean isOfPlace(Throwable error) {
        return outage(error).isPresent() && causes(error).noneMatch(cause -> cause instanceof RoboflowRejectedException
                || cause instanceof UnknownPackageException || cause instanceof LinkageError
                || cause instanceof IllegalArgumentException);
    }

    /** Returns whether another attempt for the image is useless. */
    public static boolean isPermanent(Throwable error) {
        return causes(error).anyMatch(FailureClassifier::isPayloadFault);
    }

    /** Returns whether the receiver rejected the content, so that another attempt is useless. */
    public static boolean isRefusal(Throwable error) {
        return causes(error).anyMatch(cause -> isRefused(cause)
                || isNamed(cause, HTTP_FAILURE::equals) && isRefusal(status(cause, "getStatusCode"))
                || CloudErrorResponse.of(cause).filter(CloudErrorResponse::isPayloadFault).isPresent());
    }

    private static boolean isPayloadFault(Throwable error) {
        return error instanceof InvalidImageException || isRefused(error);
    }

    private static boolean isRefused(Throwable error) {
        return error instanceof DestinationException destination && destination.fault() == Fault.MESSAGE
                || isNamed(error, REFUSALS::contains) || isNamed(error, TOO_LARGE_TYPES::contains) && error.getMessage() != null
                && TOO_LARGE.matcher(error.getMessage()).find();
    }

    /** Includes 410: with it a receiver says that it wants no more messages. */
    private static boolean isRefusal(int httpStatus) {
        return httpStatus == 410 || !isOutage(httpStatus);
    }

    /**
     * Describes a failure for a person, in one line: the message of the most helpful cause, with its type where the message alone
     * says too little.
     */
    public static String describe(Throwable error) {
        return MessageText.printable(sentence(error));
    }

    private static String sentence(Throwable error) {
        Throwable cause = causes(error).filter(FailureClassifier::isPayloadFault).findFirst()
                .or(() -> causes(error).filter(FailureClassifier::isOurs).findFirst())
                .or(() -> causes(error).filter(FailureClassifier::isOutage).findFirst().map(FailureClassifier::unwrapped))
                .orElseGet(() -> rootCause(error));
        if (cause instanceof OutOfMemoryError memory) {
            return OutOfMemory.sentence(memory);
        }
        if (isNamed(cause, HTTP_FAILURE::equals)) {
            // the exception's own message holds the whole address, which may hold a token
            return "the receiver answered with HTTP status " + status(cause, "getStatusCode")
                    + responseExcerpt(get(cause, "getResponseBody")) + redirectHint(get(cause, "getRedirectLocation"));
        }
        Optional<CloudErrorResponse> response = CloudErrorResponse.of(cause);
        if (response.isPresent()) {
            String service = isNamed(cause, AZURE::equals) ? "Azure" : "S3 or SQS";
            return FailureAdvice.after(service + " answered with " + response.get().describe(), cause,
                    type -> isNamed(cause, type::equals));
        }
        Optional<String> full = cause instanceof DatabaseException ? Optional.empty()
                : FileFailures.sentence(causes(cause).toList());
        if (full.isPresent()) {
            return full.get();
        }
        if (cause instanceof GenericFileOperationFailedException file) {
            return UnwritableFile.sentence(file);
        }
        String message = withoutExchange(cause.getMessage());
        return isOurs(cause) && message != null ? message
                : FailureAdvice.after(cause.getClass().getSimpleName() + (message == null ? "" : ": " + withoutSecrets(message)),
                        cause, type -> isNamed(cause, type::equals));
    }

    /** Returns the receiver's text on one line, shortened. */
    private static String responseExcerpt(Object body) {
        String line = Objects.toString(body, "").replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.isEmpty() ? "" : ": " + (line.length() > LONGEST_TEXT ? line.substring(0, LONGEST_TEXT) + "…" : line);
    }

    private static String redirectHint(Object location) {
        return location == null ? "" : "; it redirects to " + AcceptedDestinations.redactedAddress(String.valueOf(location))
                + ", and redirects are not followed: correct the address";
    }

    /**
     * Removes secrets from the message of a third party and shortens it. Such messages hold whole addresses with names, passwords
     * and queries, or tokens in the path of a webhook.
     */
    private static String withoutSecrets(String message) {
        String some = message.length() <= 4 * LONGEST_TEXT ? message : message.substring(0, 4 * LONGEST_TEXT);
        String clean = some.replaceAll("(\\w+://)[^\\s/@]+@", "$1…@").replaceAll("(\\w+:/*[^\\s?]*)\\?[^\\s]+", "$1?…")
                .replaceAll("(?i)(https?:/+[^\\s/]+/)[^\\s]+", "$1…")
                .replaceAll("(?i)\\b(password|secret|token|access.?key)\\s*[=:]\\s*[^\\s,;]+", "$1=…");
        return clean.length() <= LONGEST_TEXT ? clean : clean.substring(0, LONGEST_TEXT) + "…";
    }

    private static boolean isOurs(Throwable error) {
        return error.getClass().getName().startsWith("io.github.camelroboflow.");
    }

    /**
     * Unwraps the exceptions that Camel and Java put around others. Their messages do not say what happened: they only name an
     * exchange or repeat their cause.
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

    /** Unwraps Spring's JMS exceptions, which only say that there was one. */
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
                && CloudErrorResponse.of(error).filter(CloudErrorResponse::isPayloadFault).isEmpty();
    }

    private static boolean isOutage(int httpStatus) {
        return httpStatus < 400 || httpStatus >= 500 || OUTAGE_STATUSES.contains(httpStatus);
    }

    /** Returns whether the class of a failure or one of its superclasses has a name. */
    static boolean isNamed(Throwable error, Predicate<String> name) {
        return Stream.<Class<?>>iterate(error.getClass(), type -> type != null, Class::getSuperclass).map(Class::getName)
                .anyMatch(name);
    }

    private static int status(Throwable error, String getter) {
        return (int) get(error, getter);
    }

    /** Calls a getter of a class of a library that may be absent. */
    static Object get(Object object, String getter) {
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
