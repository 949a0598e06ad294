package io.github.camelroboflow.app.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The form of each value in config/application.properties. */
class PropertyFormatsTest {

    @Test
    void allThatIsShippedHasItsForm() throws IOException {
        Properties shipped = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("config/application.properties"))) {
            shipped.load(file);
        }

        assertThat(shipped.stringPropertyNames()).isNotEmpty().allSatisfy(name -> assertThatCode(() ->
                PropertyFormats.check(name, shipped.getProperty(name))).doesNotThrowAnyException());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            inbox               | ''
            inbox.delay         | soon
            inbox.delay         | 0
            inbox.unchangedFor  | -1
            inbox.maxAttempts   | 0
            inbox.maxAttempts   | three
            inbox.extensions    | ''
            inbox.extensions    | .jpg
            inbox.include       | /line-1/**
            s3.exclude          | line-1\\**
            s3.maxSize          | huge
            s3.overrideEndpoint | yes
            s3.concurrency      | -2
            sqs.visibilityTimeout | 0
            sqs.visibilityTimeout | 86400
            queue.timeout       | 10s
            outbox.retryAfter   | 0
            outbox.inFlight     | 99999999999
            dedupe              | maybe
            dedupe.rememberFor  | always
            durability          | Power
            server.port         | 65536
            samples.enabled     | no
            """)
    void whatHasAnotherFormIsRefusedByItsName(String name, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> PropertyFormats.check(name, value))
                .withMessageStartingWith(name.equals("inbox") ? "inbox is empty" : name + "=" + value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            inbox.unchangedFor | 0
            inbox.delay        | 1m30s
            inbox.include      | ''
            inbox.include      | line-1/**, *.png
            inbox.extensions   | JPG, png,
            dedupe.rememberFor | forever
            samples.enabled    | FALSE
            server.port        | ' 0 '
            s3.endpoint        | minio:9000
            my.own             | anything
            """)
    void whatHasItIsTaken(String name, String value) {
        assertThatCode(() -> PropertyFormats.check(name, value)).doesNotThrowAnyException();
    }
}
