package io.github.camelroboflow.pixels;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.embedded.TestImages;
import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.embedded.image.PixelBytes;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Isolated, since all threads share the kept memory. */
@Isolated
class PixelMemoryTest {

    private static final ImageSize PHOTO = new ImageSize(4000, 3000);
    private static final long PHOTO_BYTES = 35L << 20;

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    @BeforeEach
    void freeAll() {
        PixelMemory.freeUnusedFor(Duration.ZERO);
    }

    private static long address(Mat image) {
        return image.data().address();
    }

    private static long addressOf(ImageSize size) {
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            return address(memory.image(size));
        }
    }

    @Test
    void theNextImageUsesTheMemoryOfTheLastOne() {
        long first = addressOf(PHOTO);

        assertThat(Stream.generate(() -> addressOf(PHOTO)).limit(10)).containsOnly(first);
        assertThat(addressOf(new ImageSize(640, 480))).isEqualTo(first);
        assertThat(PixelMemory.kept()).isEqualTo(PHOTO_BYTES);
    }

    @Test
    void imagesAtTheSameTimeHaveMemoryOfTheirOwn() {
        Set<Long> addresses = new HashSet<>();
        try (PixelMemory memory = new PixelMemory(); PixelMemory other = new PixelMemory();
                PointerScope scope = new PointerScope()) {
            addresses.addAll(List.of(address(memory.image(PHOTO)), address(memory.image(PHOTO)), address(other.image(PHOTO))));
        }

        assertThat(addresses).hasSize(3);
    }

    @Test
    void keptMemoryIsBoundedInNumberAndSize() {
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            for (int i = 0; i < KeptBlocks.MAX_KEPT + 3; i++) {
                memory.image(PHOTO);
            }
        }
        assertThat(PixelMemory.kept()).isEqualTo(KeptBlocks.MAX_KEPT * PHOTO_BYTES);

        freeAll();
        addressOf(new ImageSize(10_000, 5_000));
        assertThat(PixelMemory.kept()).isZero();
    }

    @Test
    void onlyMemoryThatNobodyHasUsedIsFreed() {
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            memory.image(PHOTO);
            memory.image(PHOTO);
        }
        long between = System.nanoTime();
        long used = addressOf(PHOTO);

        PixelMemory.freeUnusedSince(between);

        assertThat(PixelMemory.kept()).isEqualTo(PHOTO_BYTES);
        assertThat(addressOf(PHOTO)).isEqualTo(used);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void aTurnedImageLeavesTheMemoryOfTheStoredOneToTheNext(int orientation) {
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            Mat stored = memory.image(PHOTO);
            long first = address(stored);
            Mat upright = memory.upright(stored, orientation);

            assertThat(address(upright)).isNotEqualTo(first);
            assertThat(upright.cols()).isEqualTo(orientation > 4 ? PHOTO.height() : PHOTO.width());
            assertThat(address(memory.image(PHOTO))).isEqualTo(first);
        }
        assertThat(PixelMemory.kept()).isEqualTo(2 * PHOTO_BYTES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "bmp", "gif", "tiff"})
    void imagesAreDecodedIntoIt(String format) {
        byte[] bytes = TestImages.encode(format, 200, 100);
        long kept = addressOf(PHOTO);
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            InferenceOptions options = InferenceOptions.DEFAULTS;
            Mat decoded = ImageDecoder.decode(ImageDecoder.check("a", bytes, options), options, size -> 1, memory).pixels();

            assertThat(address(decoded)).isEqualTo(kept);
        }
    }

    /** The memory of an image may hold another one, which nobody may see. */
    @Test
    void nothingOfTheLastImageShowsThroughADamagedOne() {
        InferenceOptions options = InferenceOptions.DEFAULTS.with(InferenceOption.ALLOW_DAMAGED_IMAGES, true);
        byte[] whole = TestImages.encode("jpeg", 400, 400);
        byte[] truncated = Arrays.copyOf(whole, whole.length / 2);

        List<byte[]> decoded = Stream.of(0, 255).map(last -> {
            try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
                memory.image(PHOTO).put(Scalar.all(last));
            }
            try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
                return PixelBytes.bytes(ImageDecoder.decode(ImageDecoder.check("a", truncated, options), options, size -> 1,
                        memory).pixels());
            }
        }).toList();

        assertThat(decoded.get(1)).isEqualTo(decoded.get(0));
    }
}
