package io.github.camelroboflow.delivery.bucket.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.Created;
import io.github.camelroboflow.delivery.bucket.client.ObjectEvents.InvalidNotificationException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AzureEventsTest {

    private static final String EVENT = """
            {"topic":"/subscriptions/1/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a",\
            "subject":"/blobServices/default/containers/images/blobs/inbox/a ä+%41.jpg",\
            "eventType":"Microsoft.Storage.BlobCreated","id":"831e1650","data":{"api":"PutBlob","contentType":"image/jpeg",\
            "eTag":"0x8D4BCC2E4835CD0","contentLength":524288,"blobType":"BlockBlob","sequencer":"0442",\
            "url":"https://a.blob.core.windows.net/"},\
            "dataVersion":"","metadataVersion":"1","eventTime":"2026-11-21T08:00:00.000Z"}""";
    private static final Created CREATED = new Created("images",
            new BucketObject("inbox/a ä+%41.jpg", "0x8D4BCC2E4835CD0", 524_288, "inbox/a ä+%41.jpg"), "0442");
    private static final AzureEvents EVENTS = new AzureEvents();

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsWhatEventGridPutsIntoAQueue() {
        assertThat(EVENTS.read(base64(EVENT))).containsExactly(CREATED);
        assertThat(EVENTS.read(EVENT)).containsExactly(CREATED);
        assertThat(EVENTS.read("[" + EVENT + "]")).containsExactly(CREATED);
    }

    @Test
    void readsCloudEvents() {
        String event = EVENT.replace("\"eventType\"", "\"specversion\":\"1.0\",\"type\"").replace("\"topic\"", "\"source\"");

        assertThat(EVENTS.read(base64(event))).containsExactly(CREATED);
    }

    @Test
    void otherEventsAndFilesThatAreOnlyBegunAnnounceNothing() {
        assertThat(EVENTS.read(EVENT.replace("BlobCreated", "BlobDeleted"))).isEmpty();
        assertThat(EVENTS.read(EVENT.replace("PutBlob", "CreateFile"))).isEmpty();
        assertThat(EVENTS.read(EVENT.replace("PutBlob", "FlushWithClose"))).hasSize(1);
    }

    @Test
    void anEtagOrASizeMayBeAbsent() {
        BucketObject object = EVENTS.read(EVENT.replace("eTag", "x").replace("contentLength", "y")).get(0).object();

        assertThat(object.isKnownInFull()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "{", "{}", "[]", "7", "bm8=", "not Base64",
        "{\"eventType\":\"Microsoft.Storage.BlobCreated\"}",
        "{\"eventType\":\"Microsoft.Storage.BlobCreated\",\"subject\":\"/blobServices/default/containers/images\"}"})
    void otherMessagesAreRefused(String message) {
        assertThatThrownBy(() -> EVENTS.read(message)).isInstanceOf(InvalidNotificationException.class)
                .hasMessageStartingWith("it is no event notification of Azure's Event Grid");
    }
}
