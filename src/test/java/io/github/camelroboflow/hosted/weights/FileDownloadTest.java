package io.github.camelroboflow.hosted.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.hosted.http.ApiResponse;
import io.github.camelroboflow.hosted.weights.ModelManifest.RemoteFile;
import io.github.camelroboflow.inference.ModelPackageException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileDownloadTest {

    private static final URI ADDRESS = URI.create("https://files.example/a/weights.onnx?sig=5ecre7");

    private final FileDownload download = new FileDownload(new RemoteFile("weights.onnx", ADDRESS, ""), "my-project/3", ADDRESS,
            Path.of("weights.onnx"));

    private static ApiResponse redirect(String location) {
        return new ApiResponse(307, "", Optional.empty(), location, new byte[0]);
    }

    @Test
    void aRedirectLeadsOnFromWhereTheFileWas() {
        assertThat(download.read(redirect("../b?sig=2"))).hasValue(URI.create("https://files.example/b?sig=2"));
        assertThat(download.read(redirect("https://other.example/b"))).hasValue(URI.create("https://other.example/b"));
    }

    @Test
    void aRedirectOutOfEncryptionIsRefused() {
        assertThatThrownBy(() -> download.read(redirect("http://files.example/b"))).isInstanceOf(ModelPackageException.class)
                .hasMessage("https://files.example redirects to an unencrypted address for weights.onnx of my-project/3");
    }

    @Test
    void itIsAskedForWithoutTheKey() {
        assertThat(download.sendsKey()).isFalse();
        assertThat(download.request().getHeaders()).isEmpty();
    }
}
