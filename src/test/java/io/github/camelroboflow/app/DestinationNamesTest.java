package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A name that no service can have was waited for as for one that is down, or emptied the inbox into failed. */
class DestinationNamesTest {

    @ParameterizedTest
    @CsvSource({"kafka, topic, a/b", "kafka, topic, ..", "kafka, topic, two words", "kafka, topic, ä", "kafka, key, colour",
            "sqs, queue, a/b", "sqs, queue, a.b", "sqs, queue, a b", "s3, bucket, a/b", "s3, bucket, a b", "s3, bucket, ä"})
    void whatCantBeANameStopsTheStart(String destination, String parameter, String value) {
        assertThatThrownBy(() -> DestinationNames.check(destination, parameter, value))
                .hasMessageStartingWith("kamelet:" + destination + " " + parameter + "=" + value + " can't be: ");
    }

    @ParameterizedTest
    @CsvSource({"kafka, topic, a.b-c_D9", "kafka, key, image", "kafka, key, none", "sqs, queue, a-b_C", "sqs, queue, a.fifo",
            "s3, bucket, my-bucket.example", "s3, bucket, arn:aws:s3:eu-central-1:123:accesspoint/a", "folder, name, a b/c+d",
            "queue, name, /queues/alerts"})
    void namesThatServicesHaveAreTaken(String destination, String parameter, String value) {
        assertThatCode(() -> DestinationNames.check(destination, parameter, value)).doesNotThrowAnyException();
    }
}
