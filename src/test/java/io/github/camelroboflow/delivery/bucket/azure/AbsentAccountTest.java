package io.github.camelroboflow.delivery.bucket.azure;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.delivery.bucket.azure.AzureConnection.AzureSettings;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import org.junit.jupiter.api.Test;

/** An account whose server does not answer. */
class AbsentAccountTest {

    /** The reason was "ClosedChannelException: null". */
    @Test
    void aServerThatRefusesConnectionsIsTold() {
        String address = "http://127.0.0.1:" + FreePorts.free() + "/lines";
        AzureConnection connection = new AzureConnection(new AzureSettings("AccountName=lines;AccountKey=a2V5;BlobEndpoint="
                + address, "", "", ""));

        assertThatThrownBy(() -> new AzureStore(connection, "images").head("a.jpg")).isInstanceOf(BucketException.class)
                .hasMessageContaining(address + " can't be reached").hasMessageEndingWith("refused or broke off");
    }
}
