package io.github.camelroboflow.delivery.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseException;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelPackageException.UnknownPackageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ConnectException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.NoSuchHeaderException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

class FailureClassifierTest {

    static Stream<Throwable> outages() {
        return Stream.of(new RoboflowUnavailableException("busy"), new RoboflowRejectedException("wrong key"),
                new ModelPackageException("gone"), new ConnectException("refused"), new IOException("No space left on device"),
                new GenericFileOperationFailedException("Cannot store file"),
                // a condition that the model can't evaluate moved the whole inbox to failed
                new ConditionException("coverage of a classification"),
                new DatabaseException("the database is down", null), new CannotGetJdbcConnectionException("no connection"),
                new CamelExecutionException("wrapped", null, new ConnectException("refused")));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void whatEveryImageNeedsIsAnOutage(Throwable error) {
        assertThat(FailureClassifier.outage(error)).isPresent();
        assertThat(FailureClassifier.isPermanent(error)).isFalse();
    }

    @Test
    void anInvalidImageIsNoOutageWhateverCausedIt() {
        InvalidImageException error = new InvalidImageException("the image may not be read", new IOException("denied"));

        assertThat(FailureClassifier.outage(error)).isEmpty();
        assertThat(FailureClassifier.isPermanent(error)).isTrue();
    }

    @Test
    void aStartWaitsForAPlaceAndNotForAMistake() {
        assertThat(List.of(new RoboflowUnavailableException("the server is down"), new ModelPackageException("a file is missing"),
                new RuntimeCamelException(new UncheckedIOException(new IOException("not mounted")))))
                .allMatch(FailureClassifier::isOfPlace);
        assertThat(List.of(new RoboflowRejectedException("the key is refused"), new IllegalArgumentException("no such option"),
                new RuntimeCamelException(new UnknownPackageException("there is no such model"))))
                .noneMatch(FailureClassifier::isOfPlace);
    }

    @Test
    void whatIsNotKnownMayBeTheImagesFaultAndIsTriedAgain() {
        assertThat(FailureClassifier.outage(new IllegalStateException())).isEmpty();
        assertThat(FailureClassifier.isPermanent(new IllegalStateException())).isFalse();
        assertThat(FailureClassifier.outage(new RoboflowException("odd"))).isEmpty();
    }

    @Test
    void ourOwnSentencesAreToldAsTheyAre() {
        assertThat(FailureClassifier
                .describe(new CamelExecutionException("wrapped", null, new InvalidImageException("it is empty"))))
                .isEqualTo("it is empty");
    }

    @Test
    void othersAreToldWithTheirKind() {
        assertThat(FailureClassifier.describe(new IllegalStateException("odd"))).isEqualTo("IllegalStateException: odd");
        assertThat(FailureClassifier.describe(new NullPointerException())).isEqualTo("NullPointerException");
    }

    static Stream<Arguments> wrapped() {
        DefaultExchange exchange = new DefaultExchange(new DefaultCamelContext());
        IllegalStateException cause = new IllegalStateException("the shelf is bent");
        return Stream.of(Arguments.of(CamelExecutionException.wrapCamelExecutionException(exchange, new StackOverflowError())),
                Arguments.of(CamelExecutionException.wrapCamelExecutionException(null, new AssertionError("the shelf is bent"))),
                Arguments.of(new CamelExecutionException("Exception occurred during execution", exchange, cause)),
                Arguments.of(new RuntimeCamelException(cause)), Arguments.of(new ExecutionException(cause)),
                Arguments.of(new CompletionException(new InvocationTargetException(cause))),
                Arguments.of(new RuntimeCamelException(new RuntimeExchangeException("odd", exchange, cause))),
                Arguments.of(new CamelExchangeException("the shelf is bent", exchange)),
                Arguments.of(new NoSuchHeaderException(exchange, "shelf", String.class)));
    }

    /** The report said: Exception occurred during execution on the exchange: Exchange[]. */
    @ParameterizedTest
    @MethodSource("wrapped")
    void whatWrapsAFailureIsNotTold(Throwable error) {
        assertThat(FailureClassifier.describe(error)).containsPattern("the shelf is bent|StackOverflowError|'?shelf'? header")
                .doesNotContain("Exchange[", "during execution", "CamelExecution", "CompletionException");
    }

    /** One image that took all the memory kept all others waiting for ever. */
    @Test
    void whatTookTooMuchMemoryIsNoOutageWhileThereIsSome() {
        Throwable error = CamelExecutionException.wrapCamelExecutionException(null, new OutOfMemoryError("Java heap space"));

        assertThat(FailureClassifier.outage(error)).isEmpty();
        assertThat(FailureClassifier.isPermanent(error)).isFalse();
        assertThat(FailureClassifier.describe(error)).contains("not enough memory (Java heap space)", "-Xmx");
    }

    @Test
    void thatThereAreNoMoreThreadsIsAnOutage() {
        Throwable error = CamelExecutionException.wrapCamelExecutionException(null, new OutOfMemoryError(
                "unable to create native thread: possibly out of memory or process/resource limits reached"));

        assertThat(FailureClassifier.outage(error)).isPresent();
        assertThat(FailureClassifier.describe(error)).contains("threads", "ulimit -u", "TasksMax");
    }

    /** The message listed all places that Amazon's library had searched, in 900 characters. */
    @Test
    void missingCredentialsAreOneSentence() {
        SdkClientException error = SdkClientException.create("Unable to load credentials from any of the providers in the chain"
                + " AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCredentialsProvider()])"
                + " : [SystemPropertyCredentialsProvider(): Unable to load credentials from system settings.]");

        assertThat(FailureClassifier.describe(error)).isEqualTo("no credentials for S3 or SQS were found: set AWS_ACCESS_KEY_ID and"
                + " AWS_SECRET_ACCESS_KEY, or see ~/.aws/credentials, or give this machine a role");
        assertThat(FailureClassifier.outage(error)).isPresent();
    }

    /** The address of a webhook, which may hold a token, was in the log and in the reports. */
    @Test
    void theAddressOfAReceiverIsNotTold() {
        HttpOperationFailedException error = new HttpOperationFailedException("https://hooks.example/services/T0KEN", 422,
                "Unprocessable", null, Map.of(), "body");

        assertThat(FailureClassifier.describe(error)).isEqualTo("the receiver answered with HTTP status 422: body");
    }

    static Stream<Arguments> fullFolders() {
        return Stream.of(Arguments.of("Cannot store file: out/gears/.%s.tmp", new IOException("Permission denied"),
                        "no file can be written into out/gears (Permission denied): "),
                Arguments.of("Cannot store file: out/to: do/.%s.tmp",
                        new FileNotFoundException("out/to: do/.x.tmp (Read-only file system)"),
                        "no file can be written into out/to: do (Read-only file system): "),
                Arguments.of("Cannot rename file from: out/.%1$s.tmp to: out/%1$s.json",
                        new FileSystemException("out/.x.tmp", "out/x.json", "Permission denied"),
                        "no file can be written into out (Permission denied): "),
                Arguments.of("Error renaming file from out/.%1$s.tmp to out/%1$s.json", new NoSuchFileException("out/.x.tmp"),
                        "no file can be written into out (NoSuchFileException): "),
                Arguments.of("Error writing file [out/%s.json]", null, "no file can be written into out: "),
                Arguments.of("Cannot store file: %s.json", null, "a file can't be written: "),
                Arguments.of("Words of another version about %s", null, "a file can't be written: "));
    }

    /** The message held each image's name, so that one full disk was logged at each attempt. */
    @ParameterizedTest
    @MethodSource("fullFolders")
    void aFolderThatTakesNoFileIsToldWithoutTheFile(String message, IOException cause, String sentence) {
        assertThat(FailureClassifier.describe(new GenericFileOperationFailedException(message.formatted("a1"), cause)))
                .isEqualTo(FailureClassifier.describe(new GenericFileOperationFailedException(message.formatted("b2"), cause)))
                .isEqualTo(sentence + "is there space, and may the folder be written to?");
    }

    static Stream<Throwable> failuresOfOneFullDisk() {
        IOException full = new IOException("No space left on device");
        return Stream.of(new GenericFileOperationFailedException("Cannot store file: out/gears/.a1.tmp", full),
                new GenericFileOperationFailedException("Cannot store file: out/bolts/.b2.tmp", new FileNotFoundException(
                        "out/bolts/.b2.tmp (No space left on device)")),
                new UncheckedIOException(new FileSystemException("work/a.jpg", null, "No space left on device")),
                new GenericFileOperationFailedException("Cannot rename file from: out/.a.tmp to: out/a.json", full));
    }

    /** It was logged again for each folder of results. */
    @ParameterizedTest
    @MethodSource("failuresOfOneFullDisk")
    void aFullDiskIsToldWithoutAnyFolder(Throwable error) throws IOException {
        assertThat(FailureClassifier.outage(error)).isPresent();
        assertThat(FailureClassifier.describe(error)).isEqualTo("the disk " + Files.getFileStore(Path.of("").toAbsolutePath())
                + " is full (No space left on device): make space there");
    }

    @Test
    void aFullDiskThatIsNotNamedIsOneStill() {
        assertThat(FailureClassifier.describe(new IOException("write failed: No space left on device")))
                .isEqualTo("the disk is full (No space left on device): make space there");
    }

    @Test
    void namesPasswordsAndQueriesInForeignMessagesAreNotTold() {
        String sentence = FailureClassifier.describe(new IOException(
                "Could not connect to tcp://user:s3cret@broker:61616?jms.password=hunter2 within 5 s"));

        assertThat(sentence).contains("broker:61616", "within 5 s").doesNotContain("s3cret", "hunter2", "user:");
    }

    /** An address that could not even be parsed was logged with the token in its path. */
    @Test
    void thePathOfAnAddressInForeignMessagesIsNotTold() {
        String sentence = FailureClassifier.describe(new IllegalArgumentException(
                "Malformed escape pair at index 30: https://hooks.example/services/T0KEN%zz"));

        assertThat(sentence).contains("https://hooks.example", "Malformed escape pair").doesNotContain("T0KEN");
    }

    /**
     * A result that was too large for the topic's brokers counted as an outage: the topic stopped for it again and again, for a
     * day.
     */
    @Test
    void whatKafkaCanNotTakeBecauseOfItsSizeIsNoOutage() {
        Throwable error = new ExecutionException(new RecordTooLargeException("The message is 2000000 bytes when serialized"));

        assertThat(FailureClassifier.outage(error)).isEmpty();
        assertThat(FailureClassifier.isRefusal(error)).isTrue();
        assertThat(FailureClassifier.outage(new ExecutionException(new TimeoutException("no broker")))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"400, true", "410, true", "422, true", "401, false", "404, false", "429, false", "302, false", "500, false"})
    void whatAReceiverWillNeverTakeIsARefusal(int status, boolean refusal) {
        HttpOperationFailedException error = new HttpOperationFailedException("https://hooks.example/", status, "", null,
                Map.of(), null);

        assertThat(FailureClassifier.isRefusal(error)).isEqualTo(refusal);
    }

    @ParameterizedTest
    @CsvSource({"400, false", "403, true", "404, true", "429, true", "503, true"})
    void whatS3RefusesBecauseOfTheImageIsNoOutage(int status, boolean outage) {
        AwsServiceException error = S3Exception.builder().message("refused").statusCode(status).build();

        assertThat(FailureClassifier.outage(error).isPresent()).isEqualTo(outage);
    }

    /** An expired token, which S3 reports with status 400, moved the whole inbox to failed. */
    @ParameterizedTest
    @CsvSource({"ExpiredToken, true", "AuthorizationHeaderMalformed, true", "QueueDoesNotExist, true", "RequestThrottled, true",
            "AWS.SimpleQueueService.NonExistentQueue, true", "EntityTooLarge, false", "InvalidMessageContents, false",
            "InvalidParameterValue, false", "KeyTooLongError, false"})
    void whatAmazonRefusesWithStatus400IsAnOutageIfItIsAboutUs(String code, boolean outage) {
        AwsServiceException error = S3Exception.builder().message("refused").statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build()).build();

        assertThat(FailureClassifier.outage(error).isPresent()).isEqualTo(outage);
        assertThat(FailureClassifier.isRefusal(error)).isEqualTo(!outage);
    }

    /** They counted as a broker that is down, and were tried for a day. */
    @ParameterizedTest
    @ValueSource(strings = {"Frame size of 9 KB is larger than max allowed 2 KB",
            "message of 300000 bytes refused [condition = amqp:link:message-size-exceeded]",
            "The received message exceeds the limit [condition = com.microsoft:message-size-exceeded]"})
    void whatABrokerCanNotTakeBecauseOfItsSizeIsNoOutage(String words) {
        Throwable error = new RuntimeException("Uncategorized exception", new JMSException(words));

        assertThat(FailureClassifier.outage(error)).isEmpty();
        assertThat(FailureClassifier.isRefusal(error)).isTrue();
        assertThat(FailureClassifier.isPermanent(error)).isTrue();
        assertThat(FailureClassifier.describe(error)).contains(words, "send such results to a folder");
        assertThat(FailureClassifier.outage(new JMSException("Could not connect"))).isPresent();
    }

    @Test
    void whatATopicWillNeverTakeIsToldWithTheBrokersReason() {
        Throwable refused = new ExecutionException(new InvalidRecordException("Compacted topic cannot accept message without key"));
        Throwable name = new ExecutionException(new InvalidTopicException("a/b"));

        assertThat(FailureClassifier.outage(refused)).isEmpty();
        assertThat(FailureClassifier.describe(refused)).contains("without key", "the key of kamelet:kafka");
        assertThat(FailureClassifier.outage(name)).isPresent();
        assertThat(FailureClassifier.describe(name)).contains("correct the topic's name");
        assertThat(FailureClassifier.outage(new ExecutionException(new TopicAuthorizationException("a")))).isPresent();
    }

    /** They said what to change in the shipped program's files, to applications that have only the library. */
    @Test
    void anotherApplicationIsToldOfNoFileOfTheProgram() {
        List<Throwable> failures = List.of(new InvalidRecordException("x"), new InvalidTopicException("x"),
                new RecordTooLargeException("x"), new SaslAuthenticationException("x"), new InvalidDestinationException("x"),
                new JMSSecurityException("x"), new JMSException("message too large"),
                NoSuchBucketException.builder().message("x").build(), QueueDoesNotExistException.builder().message("x").build());

        assertThat(failures).map(FailureClassifier::describe).allSatisfy(sentence -> assertThat(sentence).contains(": ")
                .doesNotContain("config/", "routes/", "camel.component.", "QUEUE_USER"));
    }

    @Test
    void theWordsOfOthersAreShortenedAndOnOneLineAndWithoutSecrets() {
        String sentence = FailureClassifier.describe(new JMSException("refused\nby policy, password=hunter2, token: abc; "
                + "x".repeat(100_000)));

        assertThat(sentence).startsWith("JMSException: refused\\u000Aby policy, password=…, token=…; xxx").hasSizeLessThan(700)
                .endsWith("is the broker at queue.broker up?");
    }
}
