package io.github.camelroboflow.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The form of each value in config/application.properties, and the settings that are made of them. */
class SettingsTest {

    private static void parse(String name, String value) {
        Settings.properties().stream().filter(property -> property.name().equals(name)).findFirst().orElseThrow().parse(value);
    }

    private static Settings with(String name, String value) {
        return Settings.of(asked -> asked.equals(name) ? Optional.of(value) : Optional.empty());
    }

    /** Ids of deliveries are made of the source, which is the folder as it is written. */
    @Test
    void aSlashAfterAFolderChangesNothing() {
        assertThat(with("inbox", "data/inbox/").inbox().inbox()).hasToString("data/inbox");
        assertThat(with("inbox", "data/inbox").inbox().inbox()).hasToString("data/inbox");
    }

    @Test
    void aPageBehindAProxyHasANameAndAPassword() {
        assertThatIllegalArgumentException().isThrownBy(() -> with("page.name", "https://vision.example.com"))
                .withMessageContaining("such as vision.example.com");
        assertThatIllegalArgumentException().isThrownBy(() -> with("page.name", "vision.example.com"))
                .withMessageContaining("set page.password");
        assertThat(Settings.of(asked -> Optional.ofNullable(Map.of("page.name", "vision.example.com", "page.password", "geheim")
                .get(asked))).page().name()).isEqualTo("vision.example.com");
    }

    @Test
    void eachPropertyHasItsFormAsItIsShipped() {
        assertThat(Settings.properties()).allSatisfy(property -> assertThatCode(() -> property.parse(property.shipped()))
                .doesNotThrowAnyException());
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
            s3.after            | delete
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
            conditions.unknownClasses | ignore
            """)
    void aValueOfAnotherFormIsRefusedByItsName(String name, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> parse(name, value))
                .withMessageStartingWith(name.equals("inbox") ? "inbox is empty" : name + "=" + value);
    }

    @Test
    void aChoiceIsRefusedWithTheWordsThereAre() {
        assertThatIllegalArgumentException().isThrownBy(() -> parse("s3.after", "delete"))
                .withMessage("s3.after=delete: it is move, tag or leave");
        assertThatIllegalArgumentException().isThrownBy(() -> parse("samples.enabled", "no"))
                .withMessage("samples.enabled=no: it is true or false");
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
            """)
    void aValueOfItsFormIsTaken(String name, String value) {
        assertThatCode(() -> parse(name, value)).doesNotThrowAnyException();
    }

    /** Each part of the settings, of nothing but the shipped values. */
    @Test
    void eachPartIsMadeOfTheShippedValues() throws Exception {
        Settings settings = Settings.of(name -> Optional.empty());
        for (RecordComponent part : Settings.class.getRecordComponents()) {
            assertThat(part.getAccessor().invoke(settings)).as(part.getName()).isNotNull();
        }
        assertThat(settings.inbox().unchangedFor()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.bucket().maxSize()).isEqualTo(500_000_000);
        assertThat(settings.deduplication().wanted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"failed, ''", "inbox.include, /a", "s3.forcePathStyle, yes", "s3.maxSize, huge", "s3.exclude, /a",
            "queue.timeout, soon", "kafka.timeout, 0", "sqs.overrideEndpoint, yes", "outbox.keepFor, 0",
                    "webhook.connectTimeout, -1", "webhook.scheme, svix", "webhook.secret, whsec_no!",
            "durability, none", "dedupe.rememberFor, never", "server.port, 70000", "outage.retryAfter, 0", "samples.enabled, no"})
    void noPartIsMadeOfAWrongValue(String name, String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> with(name, value)).withMessageStartingWith(name);
    }

    /** A stack trace, or a line of the log, may have any of them. */
    @Test
    void noPartTellsItsSecrets() {
        for (String secret : new String[] {"queue.password", "webhook.secret", "delivery.database.password", "server.keys"}) {
            assertThat(with(secret, "#t0ken ").toString()).doesNotContain("t0ken");
        }
        assertThat(with("queue.password", "#t0ken ").queue().password()).isEqualTo("#t0ken ");
    }
}
