package io.github.camelroboflow.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.condition.Condition;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks responses whose claimed sizes would cost gigabytes or hours. */
class HostileAnswersIT {

    private static final String IMAGE = "{\"image\": {\"width\": 640, \"height\": 480}, \"predictions\": [";
    private static final String BOX = "{\"x\": 10, \"y\": 10, \"width\": 4, \"height\": 4, \"confidence\": 0.9, \"class\": \"a\"";

    private static String with(String mask) {
        return IMAGE + BOX + ", " + mask + "}]}";
    }

    private static String png(int width, int height) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), "png", png);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return Base64.getEncoder().encodeToString(png.toByteArray());
    }

    static Stream<Arguments> lies() {
        String many = "{\"x\": 1, \"y\": 1},".repeat(1_000_001);
        String farAway = "[{\"x\": 0, \"y\": 0}, {\"x\": 2e9, \"y\": 0}, {\"x\": 0, \"y\": 2e9}]";
        return Stream.of(
                Arguments.of(with("\"rle\": {\"size\": [46000, 46000], \"counts\": \"0\"}"), "larger than its image"),
                Arguments.of(with("\"rle\": {\"size\": [2147483647, 2147483647], \"counts\": \"0\"}"), "larger than its image"),
                Arguments.of(with("\"rle\": {\"size\": [-1, -1], \"counts\": \"0\"}"), "larger than its image"),
                Arguments.of(with("\"rle\": {\"size\": [480, 640], \"counts\": \"" + "0".repeat(3_000_000) + "\"}"), "covers more"),
                Arguments.of(with("\"rle\": {\"size\": [480, 640], \"counts\": [2147483647, 2147483647]}"), "covers more"),
                Arguments.of(with("\"rle\": {\"size\": [480, 640], \"counts\": [307200, 1e999]}"), "covers more"),
                Arguments.of(with("\"points\": [" + many + "{\"x\": 1, \"y\": 1}]"), "points"),
                Arguments.of(with("\"points\": " + farAway), "far outside"),
                Arguments.of(with("\"points\": [" + ("{\"x\": 1, \"y\": 0}, {\"x\": 2, \"y\": 1e999},") + "{\"x\": 1, \"y\": 1}]"),
                        "'y' is"),
                Arguments.of(with("\"keypoints\": [{\"x\": 1e999, \"y\": 1, \"confidence\": 1, \"class\": \"a\"}]"), "'x' is"),
                Arguments.of(IMAGE + BOX.replace("10", "1e999") + "}]}", "'x' is Infinity"),
                Arguments.of(IMAGE + (BOX + "},").repeat(20_001) + BOX + "}]}", "20002 predictions"),
                Arguments.of("{\"image\": {\"width\": 2147483647, \"height\": 2147483647}, \"predictions\": [" + BOX + "}]}",
                        "image of 2147483647 x 2147483647"),
                Arguments.of("{\"image\": {\"width\": 64, \"height\": 48}, \"predictions\": {\"segmentation_mask\": \""
                        + png(4000, 4000) + "\", \"class_map\": {\"0\": \"a\"}}}", "larger than its image"),
                Arguments.of("{\"image\": {\"width\": 64, \"height\": 48}, \"top\": \"a\", \"confidence\": 1e999,"
                        + " \"predictions\": [{\"class\": \"a\", \"confidence\": 1}]}", "'confidence' is"),
                Arguments.of("[".repeat(200_000), "not JSON"),
                Arguments.of("{\"predictions\": [" + "1,".repeat(20_100_000) + "1]}", "not JSON"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("lies")
    void areRefusedBeforeAnythingIsMadeOfThem(String json, String words) {
        assertThatThrownBy(() -> InferenceJson.read(json)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }

    /** An outline that alternates between two distant rows takes a step for each row and point. */
    @Test
    void outlinesThatTakeHoursToFillAreRefused() {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < 250_000; i++) {
            points.append("{\"x\": ").append(i % 9000).append(", \"y\": 0}, {\"x\": ").append(i % 9000).append(", \"y\": 9000},");
        }
        String json = "{\"image\": {\"width\": 9000, \"height\": 9000}, \"predictions\": [" + BOX + ", \"points\": [" + points
                + "{\"x\": 1, \"y\": 1}]}]}";

        assertThatThrownBy(() -> InferenceJson.read(json)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("are too complex to be filled");
    }

    @Test
    void masksOfTheWholeImageAreComparedWithoutOneForEachInMemory() {
        String mask = BOX + ", \"rle\": {\"size\": [3000, 4000], \"counts\": [0, 12000000]}}";
        Inference read = InferenceJson.read("{\"image\": {\"width\": 4000, \"height\": 3000}, \"predictions\": ["
                + (mask + ",").repeat(20) + mask.replace("\"a\"", "\"b\"") + "]}");

        assertThat(Condition.parse("count(a inside b) = 20").test(read)).isTrue();
        assertThat(Condition.parse("coverage(a) = 100%").test(read)).isTrue();
    }
}
