package io.github.camelroboflow.delivery.bucket.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.Created;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.InvalidNotificationException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3EventsTest {

    private static final S3Events EVENTS = new S3Events();

    private static final String EVENT = """
            {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1",\
            "eventTime":"2026-11-21T08:00:00.000Z","eventName":"ObjectCreated:Put",\
            "s3":{"s3SchemaVersion":"1.0","configurationId":"all","bucket":{"name":"images","arn":"arn:aws:s3:::images"},\
            "object":{"key":"inbox/a+%C3%A4%2B.jpg","size":1024,"eTag":"d41d8cd9","sequencer":"0A1B"}}}]}""";

    @Test
    void readsWhatS3Sends() {
        assertThat(EVENTS.read(EVENT))
                .containsExactly(new Created("images",
                        new BucketObject("inbox/a ä+.jpg", "d41d8cd9", 1024, "inbox/a+%C3%A4%2B.jpg"), "0A1B"));
        assertThat(EVENTS.read(EVENT.replace("ObjectCreated:Put", "s3:ObjectCreated:CompleteMultipartUpload")))
                .hasSize(1);
        assertThat(EVENTS.read(EVENT.replace("ObjectCreated:Put", "ObjectRemoved:Delete"))).isEmpty();
        assertThat(EVENTS.read(EVENT.replace("ObjectCreated:Put", "ObjectTagging:Put"))).isEmpty();
        assertThat(EVENTS.read("{\"Records\":[]}")).isEmpty();
    }

    @Test
    void anEtagOrASizeMayBeAbsent() {
        String event = EVENT.replace(",\"eTag\":\"d41d8cd9\"", "").replace("\"size\":1024,", "");
        BucketObject object = EVENTS.read(event).get(0).object();

        assertThat(object).isEqualTo(new BucketObject("inbox/a ä+.jpg", null, -1, "inbox/a+%C3%A4%2B.jpg"));
        assertThat(object.isKnownInFull()).isFalse();
    }

    @Test
    void readsWhatEventBridgeSendsWhereKeysAreNotEncoded() {
        String event = """
                {"version":"0","detail-type":"Object Created","source":"aws.s3","detail":{"version":"0","bucket":{"name":"images"},\
                "object":{"key":"inbox/a+%C3.jpg","size":5,"etag":"b1946ac9"},"reason":"PutObject"}}""";

        assertThat(EVENTS.read(event))
                .containsExactly(new Created("images", new BucketObject("inbox/a+%C3.jpg", "b1946ac9", 5, "inbox/a+%C3.jpg"),
                        null));
        assertThat(EVENTS.read(event.replace("Object Created", "Object Deleted"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "{", "{}", "[]", "7", "\"a\"", "{\"Records\":[7]}", "{\"Records\":{}}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\"}]}",
        "{\"TopicArn\":\"t\",\"Message\":\"{\\\"TopicArn\\\":\\\"t\\\",\\\"Message\\\":\\\"{}\\\"}\"}"})
    void otherMessagesAreRefused(String message) {
        assertThatThrownBy(() -> EVENTS.read(message)).isInstanceOf(InvalidNotificationException.class)
                .hasMessageStartingWith("it is no event notification of S3");
    }

    @Test
    void aDamagedMessageIsRefusedOrReadAndNothingElse() {
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            StringBuilder damaged = new StringBuilder(EVENT);
            for (int j = random.nextInt(4); j >= 0; j--) {
                damaged.setCharAt(random.nextInt(damaged.length()), (char) random.nextInt(128));
            }
            damaged.setLength(random.nextBoolean() ? damaged.length() : random.nextInt(damaged.length()));
            try {
                List<Created> created = EVENTS.read(damaged.toString());
                assertThat(created).hasSizeLessThan(2);
            } catch (InvalidNotificationException e) {
                assertThat(e).hasMessageContaining("begins with");
            }
        }
    }
}
