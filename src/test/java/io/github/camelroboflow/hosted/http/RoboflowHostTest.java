package io.github.camelroboflow.hosted.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.inference.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoboflowHostTest {

    @ParameterizedTest
    @CsvSource({"serverless,https://serverless.roboflow.com", "serverless-eu,https://serverless.roboflow.eu",
        "https://mine.roboflow.cloud/,https://mine.roboflow.cloud", "http://localhost:9001,http://localhost:9001",
        "https://vision.example/roboflow/,https://vision.example/roboflow"})
    void aNameOrAnAddress(String text, String base) {
        assertThat(RoboflowHost.of(text, null)).hasToString(base);
    }

    @ParameterizedTest
    @CsvSource({"OBJECT_DETECTION,detect", "KEYPOINT_DETECTION,detect", "INSTANCE_SEGMENTATION,outline", "CLASSIFICATION,classify",
        "MULTI_LABEL_CLASSIFICATION,classify", "SEMANTIC_SEGMENTATION,segment"})
    void theOlderHostOfATask(Task task, String name) {
        RoboflowHost host = RoboflowHost.of("v1", task);

        assertThat(host).hasToString("https://" + name + ".roboflow.com");
        assertThat(host.isV1()).isTrue();
    }

    @Test
    void theOlderHostsNeedATask() {
        assertThatThrownBy(() -> RoboflowHost.of("v1", null)).hasMessageContaining("set task for apiUrl=v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serverles", "localhost:9001", "ftp://x.example", "https://", "https://key@x.example",
        "https://x.example?api_key=secret", "https://x.example#secret", "http://ä b"})
    void anythingElseIsRefusedWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> RoboflowHost.of(text, null)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("apiUrl is neither").hasMessageNotContaining("secret").hasMessageNotContaining("key@");
    }

    @ParameterizedTest
    @CsvSource({"https://serverless.roboflow.com,true,false", "https://detect.roboflow.com,true,false",
        "https://mine.roboflow.cloud,true,false", "http://localhost:9001,false,true", "http://127.0.0.1,false,true",
        "https://evilroboflow.com,false,false", "https://roboflow.com.example,false,false"})
    void whoseItIs(String url, boolean roboflows, boolean loopback) {
        RoboflowHost host = RoboflowHost.of(url, null);

        assertThat(host.isRoboflows()).isEqualTo(roboflows);
        assertThat(host.isLoopback()).isEqualTo(loopback);
    }
}
