package io.github.camelroboflow.embedded.tiling;

import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static io.github.camelroboflow.inference.InferenceOption.TILE_OVERLAP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.Mutations;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.embedded.image.JpegRowReader.BaselineJpeg;
import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.embedded.image.JpegRowReader;
import io.github.camelroboflow.embedded.image.PixelBytes;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.embedded.session.ParallelLoop;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.pixels.PixelMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that are decoded row by row. */
class RowwiseDecodingIT {

    private static final Path SAMPLES = Path.of("config/samples");

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    private static BaselineJpeg jpeg(byte[] bytes) {
        return BaselineJpeg.of(bytes, false).orElseThrow();
    }

    private static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
        byte[] changed = new byte[jpeg.length + content.length + 4];
        System.arraycopy(jpeg, 0, changed, 0, 2);
        changed[2] = (byte) 0xff;
        changed[3] = (byte) marker;
        changed[4] = (byte) (content.length + 2 >> 8);
        changed[5] = (byte) (content.length + 2);
        System.arraycopy(content, 0, changed, 6, content.length);
        System.arraycopy(jpeg, 2, changed, 6 + content.length, jpeg.length - 2);
        return changed;
    }

    static List<Path> upright() throws IOException {
        try (Stream<Path> samples = Files.list(SAMPLES); Stream<Path> golden = Files.list(TestModels.GOLDEN.resolve("images"))) {
            return Stream.concat(samples, golden).filter(file -> file.toString().endsWith(".jpg"))
                    .filter(file -> !file.toString().matches(".*(progressive|exif|gray|cmyk|turned-left|upside-down).*")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("upright")
    void rowsHaveTheSamePixelsAsTheOtherDecoder(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            Mat whole = ImageDecoder.decode(ImageDecoder.check("a.jpg", bytes, InferenceOptions.DEFAULTS),
                    InferenceOptions.DEFAULTS, stored -> 1, memory).pixels();
            byte[] expected = PixelBytes.bytes(whole);
            int stride = 3 * whole.cols();
            AtomicInteger count = new AtomicInteger();

            assertThat(JpegRowReader.read(jpeg(bytes), (y, row) -> {
                assertThat(y).isEqualTo(count.getAndIncrement());
                assertThat(Arrays.equals(row, 0, stride, expected, y * stride, (y + 1) * stride)).as("row " + y).isTrue();
            })).isTrue();
            assertThat(count).hasValue(whole.rows());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"t44_progressive.jpg", "t47_cmyk.jpg", "t35_gray.jpg", "t24_exif6.jpg", "t28_exif2.jpg",
        "t41_palette.png"})
    void otherJpegsAreLeftToTheOtherDecoder(String image) {
        assertThat(BaselineJpeg.of(TestModels.bytes(image), false)).isEmpty();
    }

    @Test
    void anOrientationThatIsIgnoredDoesNotMatter() {
        assertThat(BaselineJpeg.of(TestModels.bytes("t24_exif6.jpg"), true)).isPresent();
    }

    @Test
    void aColourProfileIsNotApplied() {
        byte[] plain = TestModels.bytes("t03_plain.jpg");
        byte[] profile = "ICC_PROFILE\0\1\1 no profile".getBytes(StandardCharsets.ISO_8859_1);
        List<Integer> expected = new ArrayList<>();
        JpegRowReader.read(jpeg(plain), (y, row) -> expected.add(Arrays.hashCode(row)));
        List<Integer> actual = new ArrayList<>();

        assertThat(JpegRowReader.read(jpeg(withSegment(plain, 0xE2, profile)), (y, row) -> actual.add(Arrays.hashCode(row))))
                .isTrue();
        assertThat(actual).isEqualTo(expected);
        assertThat(BaselineJpeg.of(withSegment(plain, 0xEE, "Adobe".getBytes(StandardCharsets.US_ASCII)), false)).isEmpty();
    }

    @Test
    void damagedImagesDoNotHangTheDecoder() {
        byte[] plain = TestModels.bytes("t00_plain.jpg");
        for (int seed = 0; seed < 200; seed++) {
            Optional<BaselineJpeg> jpeg = BaselineJpeg.of(new Mutations(seed).of(plain), false);
            jpeg.filter(one -> one.size().area() < 4_000_000).ifPresent(one -> JpegRowReader.read(one, (y, row) -> { }));
        }
    }

    @Test
    void anExceptionOfTheSinkEndsTheDecoding() {
        AtomicInteger rows = new AtomicInteger();

        assertThatThrownBy(() -> JpegRowReader.read(jpeg(TestModels.bytes("t03_plain.jpg")), (y, row) -> {
            if (rows.incrementAndGet() == 5) {
                throw new IllegalStateException("enough");
            }
        })).isInstanceOf(IllegalStateException.class).hasMessage("enough");
        assertThat(rows).hasValue(5);
    }

    @ParameterizedTest
    @CsvSource({"300, 0.2, 3", "100, 0.7, 7", "899, 0.1, 1", "250, 0, 20"})
    void tilesAndTheDownscaledImageEqualTheWholeImage(int side, double overlap, int factor) {
        byte[] bytes = TestModels.bytes("t03_plain.jpg");
        ImageSize size = new ImageSize(1400, 899);
        TileGrid grid = TileGrid.of("a.jpg", new Region(10, 0, 1390, 899),
                InferenceOptions.DEFAULTS.with(TILE, new ImageSize(side, side)).with(TILE_OVERLAP, overlap));
        List<Region> tiles = grid.tiles();
        List<Integer> done = new ArrayList<>();
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            Mat whole = ImageDecoder.decode(ImageDecoder.check("a.jpg", bytes, InferenceOptions.DEFAULTS),
                    InferenceOptions.DEFAULTS, stored -> 1, memory).pixels();
            TileRowBuffer.TileWork check = (first, count, pixels) -> ParallelLoop.begin(count, i -> {
                Region tile = tiles.get(first + i);
                try (PointerScope part = new PointerScope()) {
                    byte[] expected = PixelBytes.bytes(whole.apply(new Rect(tile.left(), tile.top(), tile.width(), tile.height())));
                    byte[] actual = PixelBytes.bytes(pixels.apply(new Rect(tile.left(), 0, tile.width(), tile.height())));
                    assertThat(Arrays.equals(expected, actual)).as("tile " + (first + i)).isTrue();
                }
                synchronized (done) {
                    done.add(first + i);
                }
            }, () -> false);
            try (TileRowBuffer rows = new TileRowBuffer(size, tiles, grid.columns(), factor, check)) {
                assertThat(JpegRowReader.read(jpeg(bytes), rows)).isTrue();
                rows.finish();

                assertThat(done).hasSameSizeAs(tiles).doesNotHaveDuplicates();
                Mat expected = new Mat();
                opencv_imgproc.resize(whole.apply(new Rect(0, 0, 1400 / factor * factor, 899 / factor * factor)), expected,
                        new Size(1400 / factor, 899 / factor), 0, 0, opencv_imgproc.INTER_AREA);
                assertThat(opencv_core.norm(expected, rows.downscaled(), opencv_core.NORM_INF, null)).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void aFailureInATileEndsTheDecodingAndLeavesNoTaskRunning() {
        TileGrid grid = TileGrid.of("a.jpg", new Region(0, 0, 1400, 899),
                InferenceOptions.DEFAULTS.with(TILE, new ImageSize(100, 100)));
        AtomicInteger running = new AtomicInteger();

        try (TileRowBuffer rows = new TileRowBuffer(new ImageSize(1400, 899), grid.tiles(), grid.columns(), 1,
                (first, count, pixels) -> ParallelLoop.begin(count, i -> {
                    running.incrementAndGet();
                    try {
                        if (first + i == 20) {
                            throw new IllegalStateException("tile 20");
                        }
                    } finally {
                        running.decrementAndGet();
                    }
                }, () -> false))) {
            assertThatThrownBy(() -> JpegRowReader.read(jpeg(TestModels.bytes("t03_plain.jpg")), rows)).hasMessage("tile 20");
        }
        assertThat(running).hasValue(0);
    }
}
