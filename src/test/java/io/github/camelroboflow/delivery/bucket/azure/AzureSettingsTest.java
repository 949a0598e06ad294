package io.github.camelroboflow.delivery.bucket.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.delivery.bucket.azure.AzureConnection.AzureSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AzureSettingsTest {

    private static AzureSettings of(String connectionString) {
        return new AzureSettings(connectionString, "", "", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "DefaultEndpointsProtocol=https;AccountName=lines;AccountKey=a2V5;EndpointSuffix=core.chinacloudapi.cn"
                + "|https://lines.blob.core.chinacloudapi.cn",
        "AccountName=lines;AccountKey=a2V5|https://lines.blob.core.windows.net",
        "BlobEndpoint=https://lines.blob.core.windows.net/;SharedAccessSignature=sv=2026&sig=abc%3D"
                + "|https://lines.blob.core.windows.net",
        "BlobEndpoint=https://own.example/lines?sig=S3CRET;AccountKey=a2V5;AccountName=lines|https://own.example/lines",
        "UseDevelopmentStorage=true|http://127.0.0.1:10000/devstoreaccount1"})
    void connectionStringsNameTheServer(String connectionString, String server) {
        AzureSettings settings = of(connectionString);

        assertThatCode(settings::check).doesNotThrowAnyException();
        assertThat(settings.server()).isEqualTo(server);
        assertThat(settings).hasToString(server);
    }

    @Test
    void anAccountHasAKeyOrASignature() {
        AzureSettings key = new AzureSettings("", "lines", "a2V5", "");
        AzureSettings signature = new AzureSettings("", "lines", "", "?sv=2026&sig=abc%3D");

        assertThatCode(key::check).doesNotThrowAnyException();
        assertThatCode(signature::check).doesNotThrowAnyException();
        assertThat(new AzureConnection(signature).sasToken()).isEqualTo("sv=2026&sig=abc%3D");
        assertThat(new AzureConnection(signature).blobs().getAccountUrl()).isEqualTo("https://lines.blob.core.windows.net");
        assertThat(new AzureConnection(key).queues().getQueueServiceUrl()).isEqualTo("https://lines.queue.core.windows.net");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "-||there is no storage account of Azure",
        "-|lines|there are no credentials for https://lines.blob.core.windows.net",
        "AccountKey=a2V5||names no account",
        "nonsense||names no account",
        "AccountName=lines||there are no credentials"})
    void missingPartsAreNamedWithTheVariables(String connectionString, String account, String words) {
        AzureSettings settings = new AzureSettings(connectionString == null ? "" : connectionString,
                account == null ? "" : account, "", "");

        assertThatIllegalArgumentException().isThrownBy(settings::check).withMessageContaining(words)
                .withMessageContaining("AZURE_STORAGE_CONNECTION_STRING");
    }

    @ParameterizedTest
    @ValueSource(strings = {"AccountKey=S3CRET!", "SharedAccessSignature=sv=1&sig=S3 CRET", "SharedAccessSignature=S3CRET",
        "SharedAccessSignature=\"?sig=S3CRET\""})
    void aWrongSecretIsNotRepeated(String secret) {
        AzureSettings settings = of("AccountName=lines;" + secret);

        assertThatIllegalArgumentException().isThrownBy(settings::check).withMessageNotContaining("S3CRET").withNoCause();
    }
}
