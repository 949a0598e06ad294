package io.github.camelroboflow.hosted.inference;

import static io.github.camelroboflow.inference.InferenceOption.MAX_IMAGE_SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.HostedEngineFixture;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownscaledImageTest {

    private static final Path IMAGES = Path.of("src/test/resources/golden/images");
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private static DownscaledImage smaller(String name, int maxSide, boolean orient) throws IOException {
        return DownscaledImage.of(ImageSource.of(IMAGES.resolve(name)), maxSide, orient, NO_LIMIT);
    }

    private static BufferedImage sent(DownscaledImage image) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(image.image().bytes()));
    }

    @Test
    void theLongerSideIsBroughtToTheLimit() throws IOException {
        BufferedImage original = ImageIO.read(IMAGES.resolve("t00_plain.jpg").toFile());

        DownscaledImage image = smaller("t00_plain.jpg", 200, true);

        assertThat(image.original()).isEqualTo(new ImageSize(original.getWidth(), original.getHeight()));
        assertThat(Math.max(sent(image).getWidth(), sent(image).getHeight())).isEqualTo(200);
        assertThat((double) sent(image).getWidth() / sent(image).getHeight())
                .isCloseTo((double) original.getWidth() / original.getHeight(), within(0.01));
    }

    @Test
    void theOrientationIsAppliedUnlessTheServerIsToldToLeaveItUnapplied() throws IOException {
        BufferedImage stored = ImageIO.read(IMAGES.resolve("t24_exif6.jpg").toFile());
        assertThat(stored.getWidth()).isNotEqualTo(stored.getHeight());

        DownscaledImage seen = smaller("t24_exif6.jpg", 100, true);
        DownscaledImage raw = smaller("t24_exif6.jpg", 100, false);

        assertThat(seen.original()).isEqualTo(new ImageSize(stored.getHeight(), stored.getWidth()));
        assertThat(raw.original()).isEqualTo(new ImageSize(stored.getWidth(), stored.getHeight()));
        assertThat(sent(seen).getWidth() > sent(seen).getHeight()).isNotEqualTo(sent(raw).getWidth() > sent(raw).getHeight());
    }

    @Test
    void whatIsSmallEnoughOrUnknownToJavaIsSentAsItIs() throws IOException {
        ImageSource webp = ImageSource.of(IMAGES.resolve("t51_lossy.webp"));
        ImageSource photo = ImageSource.of(IMAGES.resolve("t00_plain.jpg"));

        assertThat(DownscaledImage.of(webp, 10, true, NO_LIMIT).image().bytes()).isEqualTo(webp.bytes());
        assertThat(DownscaledImage.of(photo, 100_000, true, NO_LIMIT).image().bytes()).isEqualTo(photo.bytes());
    }

    /** Regression: the file was read a second time while it was sent. */
    @Test
    void aFileIsReadOnce(@TempDir Path folder) throws IOException {
        Path file = Files.copy(IMAGES.resolve("t00_plain.jpg"), folder.resolve("a.jpg"));
        DownscaledImage image = DownscaledImage.of(ImageSource.of(file), 100_000, true, NO_LIMIT);
        Files.delete(file);

        assertThat(image.image().bytes()).isEqualTo(Files.readAllBytes(IMAGES.resolve("t00_plain.jpg")));
        assertThat(image.image().name()).isEqualTo("a.jpg");
    }

    /** Some cameras write the segments in this order, whose metadata Java's own reader rejects. */
    @Test
    void theOrientationIsFoundBeforeAJfifSegmentToo() throws IOException {
        byte[] photo = Files.readAllBytes(IMAGES.resolve("t24_exif6.jpg"));
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        int exif = segment(photo, 0xe1);
        int exifEnd = exif + 2 + (photo[exif + 2] & 0xff) * 256 + (photo[exif + 3] & 0xff);
        jpeg.write(photo, 0, 2);
        jpeg.write(photo, exif, exifEnd - exif);
        jpeg.write(HexFormat.of().parseHex("ffe000104a46494600010100000100010000"));
        jpeg.write(photo, exifEnd, photo.length - exifEnd);

        DownscaledImage seen = DownscaledImage.of(ImageSource.of("phone.jpg", jpeg.toByteArray()), 100, true, NO_LIMIT);

        assertThat(seen.image().bytes()).isEqualTo(smaller("t24_exif6.jpg", 100, true).image().bytes());
    }

    private static int segment(byte[] jpeg, int marker) {
        return IntStream.range(0, jpeg.length - 1).filter(i -> jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker).findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ff", "ffd8", "ffd8ffe1", "ffd8ffe10000", "ffd8ffe1ffff45786966", "ffd8ffe10008457869660000",
        "ffd8ffe1001045786966000049492a00ffffffff", "ffd8ffe1001645786966000049492a0008000000ffff12010300", "89504e47",
        "ffd8ffda0002"})
    void aDamagedOrientationIsNone(String hex) {
        assertThat(DownscaledImage.orientation(HexFormat.of().parseHex(hex))).isEqualTo(Orientation.TOP_LEFT);
    }

    /** Regression: an orientation that is written as LONG was ignored. */
    @Test
    void theOrientationIsReadWhateverItsTypeIs() {
        String exif = "ffd8ffe1002245786966" + "00004d4d002a00000008000101120004000000010000000600000000";

        assertThat(DownscaledImage.orientation(HexFormat.of().parseHex(exif))).isEqualTo(Orientation.RIGHT_TOP);
    }

    @Test
    void greyPaletteAndAlphaBecomeJpegs() throws IOException {
        for (String name : List.of("t35_gray.jpg", "t37_gray16.png", "t41_palette.png", "t43_interlace_gray_alpha.png")) {
            assertThat(smaller(name, 50, true).image().bytes()).as(name).startsWith(0xff, 0xd8);
        }
    }

    @Test
    void aDamagedOrTooLargeImageIsItsOwnFault() throws IOException {
        byte[] whole = Files.readAllBytes(IMAGES.resolve("t41_palette.png"));
        ImageSource cut = ImageSource.of("cut.png", Arrays.copyOf(whole, whole.length / 2));
        ImageSource photo = ImageSource.of(IMAGES.resolve("t00_plain.jpg"));

        assertThatThrownBy(() -> DownscaledImage.of(cut, 50, true, NO_LIMIT)).isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("image 'cut.png' can't be made smaller");
        assertThatThrownBy(() -> DownscaledImage.of(photo, 50, true, 100)).isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("maxPixels=100");
    }

    @Test
    void boxesOutlinesKeypointsAndMasksAreBroughtBack() throws IOException {
        DownscaledImage image =
                new DownscaledImage(ImageSource.of("a", new byte[0]), new ImageSize(400, 200), new ImageSize(100, 50));
        Rle mask = Rle.ofRuns(100, 50, List.of(0, 50 * 25, 50 * 75));
        ObjectNode answer = (ObjectNode) new ObjectMapper().readTree("{\"image\":{\"width\":100,\"height\":50},\"predictions\":["
                + "{\"x\":10,\"y\":20,\"width\":5,\"height\":6,\"confidence\":0.5,\"class\":\"a\",\"points\":[{\"x\":1,\"y\":2}],"
                + "\"keypoints\":[{\"x\":3,\"y\":4,\"confidence\":1,\"class\":\"k\",\"class_id\":0}]},"
                + "{\"x\":1,\"y\":1,\"width\":1,\"height\":1,\"confidence\":0.5,\"class\":\"b\","
                + "\"rle\":{\"size\":[50,100],\"counts\":\"" + mask.counts().replace("\\", "\\\\") + "\"}}]}");

        image.scaleBack(answer);

        Detections result = (Detections) InferenceJson.read(answer);
        assertThat(result.info().image()).isEqualTo(new ImageSize(400, 200));
        Detection first = result.predictions().get(0);
        assertThat(List.of(first.x(), first.y(), first.width(), first.height())).containsExactly(40.0, 80.0, 20.0, 24.0);
        assertThat(first.points().get(0)).hasFieldOrPropertyWithValue("x", 4.0).hasFieldOrPropertyWithValue("y", 8.0);
        assertThat(first.keypoints().get(0)).hasFieldOrPropertyWithValue("x", 12.0).hasFieldOrPropertyWithValue("confidence", 1.0);
        Rle whole = result.predictions().get(1).rle();
        assertThat(whole).isEqualTo(Rle.ofRuns(400, 200, List.of(0, 200 * 100, 200 * 300)));
    }

    @Test
    void anAnswerOfAServerIsBroughtBack() {
        try (HostedEngineFixture hosted = HostedEngineFixture.start()) {
            hosted.cloud.answer(FakeRoboflow.MODEL, "{\"image\":{\"width\":100,\"height\":66},\"predictions\":[{\"x\":50,\"y\":33,"
                    + "\"width\":10,\"height\":10,\"confidence\":0.9,\"class\":\"gear\"}]}");
            Detections result = (Detections) hosted.infer(InferenceOptions.DEFAULTS.with(MAX_IMAGE_SIZE, 100));

            assertThat(result.predictions().get(0).x()).isCloseTo(result.info().image().width() / 2.0, within(1.0));
            assertThat(result.info().image().width()).isGreaterThan(100);
        }
    }
}
