package io.github.camelroboflow.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class FailuresTest {

    static Stream<Throwable> outages() {
        return Stream.of(new RoboflowUnavailableException("busy"), new RoboflowRejectedException("wrong key"),
                new ModelPackageException("gone"), new ConnectException("refused"), new IOException("No space left on device"),
                new GenericFileOperationFailedException("Cannot store file"),
                // a condition that asks what the model can't tell emptied the inbox into failed
                new ConditionException("coverage of a classification"),
                new CamelExecutionException("wrapped", null, new ConnectException("refused")));
    }

    @ParameterizedTest
    @MethodSource("outages")
    void whatEveryImageNeedsIsAnOutage(Throwable error) {
        assertThat(Failures.outage(error)).isPresent();
        assertThat(Failures.isFinal(error)).isFalse();
    }

    @Test
    void anInvalidImageIsNoOutageWhateverCausedIt() {
        InvalidImageException error = new InvalidImageException("the image may not be read", new IOException("denied"));

        assertThat(Failures.outage(error)).isEmpty();
        assertThat(Failures.isFinal(error)).isTrue();
    }

    @Test
    void whatIsNotKnownMayBeTheImagesFaultAndIsTriedAgain() {
        assertThat(Failures.outage(new IllegalStateException())).isEmpty();
        assertThat(Failures.isFinal(new IllegalStateException())).isFalse();
        assertThat(Failures.outage(new RoboflowException("odd"))).isEmpty();
    }

    @Test
    void ourOwnSentencesAreToldAsTheyAre() {
        assertThat(Failures.sentence(new CamelExecutionException("wrapped", null, new InvalidImageException("it is empty"))))
                .isEqualTo("it is empty");
    }

    @Test
    void othersAreToldWithTheirKind() {
        assertThat(Failures.sentence(new IllegalStateException("odd"))).isEqualTo("IllegalStateException: odd");
        assertThat(Failures.sentence(new NullPointerException())).isEqualTo("NullPointerException");
    }

    /** The address of a webhook, which may hold a token, was in the log and in the reports. */
    @Test
    void theAddressOfAReceiverIsNotTold() {
        HttpOperationFailedException error = new HttpOperationFailedException("https://hooks.example/services/T0KEN", 422,
                "Unprocessable", null, Map.of(), "body");

        assertThat(Failures.sentence(error)).isEqualTo("the receiver answered with HTTP status 422");
    }

    @Test
    void namesPasswordsAndQueriesInForeignMessagesAreNotTold() {
        String sentence = Failures.sentence(new IOException(
                "Could not connect to tcp://user:s3cret@broker:61616?jms.password=hunter2 within 5 s"));

        assertThat(sentence).contains("broker:61616", "within 5 s").doesNotContain("s3cret", "hunter2", "user:");
    }

    @ParameterizedTest
    @CsvSource({"400, false", "403, true", "404, true", "429, true", "503, true"})
    void whatS3RefusesBecauseOfTheImageIsNoOutage(int status, boolean outage) {
        AwsServiceException error = S3Exception.builder().message("refused").statusCode(status).build();

        assertThat(Failures.outage(error).isPresent()).isEqualTo(outage);
    }
}
