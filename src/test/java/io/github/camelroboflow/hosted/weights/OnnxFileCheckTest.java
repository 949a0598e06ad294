package io.github.camelroboflow.hosted.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.hosted.fake.FakeWeights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileCheckTest {

    @TempDir
    Path folder;

    private boolean isWhole(byte[] bytes) throws IOException {
        return OnnxFileCheck.isComplete(Files.write(folder.resolve("weights.onnx"), bytes));
    }

    static List<Path> weights() throws IOException {
        try (Stream<Path> files = Files.walk(FakeWeights.golden(""))) {
            return files.filter(file -> file.toString().endsWith(".onnx")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("weights")
    void aWholeFileIsOne(Path file) throws IOException {
        assertThat(OnnxFileCheck.isComplete(file)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 100, 1000, 26_000})
    void aFileWithoutItsLastBytesIsNone(int missing) throws IOException {
        byte[] bytes = FakeWeights.bytes(FakeWeights.golden("det-26").resolve("weights.onnx"));

        assertThat(isWhole(Arrays.copyOf(bytes, bytes.length - missing))).isFalse();
    }

    @Test
    void aFileWithMoreBehindItIsNone() throws IOException {
        byte[] bytes = FakeWeights.bytes(FakeWeights.golden("det-26").resolve("weights.onnx"));

        assertThat(isWhole(Arrays.copyOf(bytes, bytes.length + 5))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<!DOCTYPE html><html><body>Not found</body></html>", "{\"error\": \"expired\"}",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"})
    void aPageOfTextIsNone(String text) throws IOException {
        assertThat(isWhole(text.getBytes(StandardCharsets.UTF_8))).isFalse();
    }
}
