package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.MAX_PIXELS;
import static io.github.camelroboflow.inference.InferenceOption.REDUCED_DECODING;
import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;
import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static io.github.camelroboflow.inference.InferenceOption.TILE_OVERLAP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.image.ImageDecoder;
import io.github.camelroboflow.embedded.image.JpegRowReader.BaselineJpeg;
import io.github.camelroboflow.embedded.session.CancellationToken;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask;
import io.github.camelroboflow.pixels.PixelMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TiledInferenceIT {

    private static final Path SAMPLES = Path.of("config/samples");
    private static final ModelId MASKS = new ModelId("parts-seg");
    private static final ModelId PIXELS = new ModelId("belt-semseg");
    private static final InferenceOptions PLAIN = InferenceOptions.DEFAULTS;
    private static final EmbeddedEngine SHIPPED = new EmbeddedEngine(TestModels.SHIPPED);
    private static final EmbeddedEngine GOLDEN = new EmbeddedEngine(TestModels.GOLDEN.resolve("models"));

    /** A sample image somewhere on a photo. */
    private record Place(String sample, int left, int top) {

        ImageSource source() {
            return ImageSource.of(SAMPLES.resolve(sample));
        }
    }

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    @AfterAll
    static void close() {
        SHIPPED.close();
        GOLDEN.close();
    }

    private static InferenceOptions tiles(int width, int height, double overlap) {
        return InferenceOptions.DEFAULTS.with(TILE, new ImageSize(width, height)).with(TILE_OVERLAP, overlap);
    }

    private static Inference infer(ModelId model, ImageSource image, InferenceOptions options) {
        EmbeddedEngine engine = model == TestModels.PARTS ? SHIPPED : GOLDEN;
        return engine.infer(model, List.of(image), options).toCompletableFuture().join().get(0);
    }

    private static List<Detection> found(ModelId model, ImageSource image, InferenceOptions options) {
        return ((Detections) infer(model, image, options)).predictions();
    }

    /** Returns a large gray image with sample images at their own size on it. */
    private static ImageSource photo(String format, int width, int height, List<Place> places) {
        try (PointerScope scope = new PointerScope()) {
            Mat photo = new Mat(height, width, opencv_core.CV_8UC3, Scalar.all(114));
            for (Place place : places) {
                Mat sample = opencv_imgcodecs.imread(SAMPLES.resolve(place.sample).toString());
                sample.copyTo(photo.apply(new Rect(place.left, place.top, sample.cols(), sample.rows())));
            }
            return encoded(format, photo);
        }
    }

    private static ImageSource encoded(String format, Mat image) {
        BytePointer encoded = new BytePointer();
        opencv_imgcodecs.imencode("." + format, image, encoded);
        byte[] bytes = new byte[(int) encoded.limit()];
        encoded.get(bytes);
        return ImageSource.of("photo." + format, bytes);
    }

    private static ImageSource part(ImageSource image, int left, int top, int width, int height) throws IOException {
        try (PixelMemory memory = new PixelMemory(); PointerScope scope = new PointerScope()) {
            Mat decoded = ImageDecoder.decode(ImageDecoder.check(image.name(), image.bytes(), PLAIN), PLAIN, size -> 1, memory)
                    .pixels();
            return encoded("png", decoded.apply(new Rect(left, top, width, height)));
        }
    }

    /** Returns the detections in the samples alone, moved to their places on the photo. */
    private static List<Detection> expected(ModelId model, List<Place> places) {
        return places.stream().flatMap(place -> found(model, place.source(), PLAIN).stream().map(one -> moved(one, place)))
                .toList();
    }

    private static Detection moved(Detection one, Place to) {
        Box box = one.box();
        Box moved = new Box(box.x1() + to.left, box.y1() + to.top, box.x2() + to.left, box.y2() + to.top);
        return Detection.of(moved, one.confidence(), one.className(), one.classId(), "")
                .withPoints(one.points().stream().map(point -> new Point(point.x() + to.left, point.y() + to.top)).toList())
                .withKeypoints(one.keypoints().stream().map(point -> new Keypoint(point.x() + to.left, point.y() + to.top,
                        point.confidence(), point.className(), point.classId())).toList());
    }

    private static double overlap(Detection one, Detection other) {
        double common = one.box().intersection(other.box());
        return one.classId() == other.classId() ? common / (one.box().area() + other.box().area() - common) : 0;
    }

    private static long matches(List<Detection> expected, List<Detection> found) {
        return expected.stream().filter(one -> found.stream().anyMatch(other -> overlap(one, other) > 0.6)).count();
    }

    @Test
    void smallPartsInAPhotoOf50MegapixelsAreFound() {
        List<Place> places = List.of(new Place("bolts-and-nuts.jpg", 100, 200), new Place("gears.jpg", 6500, 300),
                new Place("washers.jpg", 3456, 2621), new Place("mixed-parts-on-belt.jpg", 700, 5000),
                new Place("bolts-nuts-washers.jpg", 6600, 4900));
        ImageSource photo = photo("jpg", 8192, 6144, places);
        List<Detection> expected = expected(TestModels.PARTS, places);
        List<Detection> tiled = found(TestModels.PARTS, photo, tiles(1280, 1280, 0.2));

        assertThat(expected).hasSizeGreaterThan(30);
        assertThat(matches(expected, found(TestModels.PARTS, photo, PLAIN))).isZero();
        assertThat(matches(expected, tiled)).isGreaterThan(expected.size() * 8 / 10);
        assertThat(tiled).hasSizeLessThan(expected.size() * 12 / 10).isSortedAccordingTo(
                (a, b) -> Double.compare(b.confidence(), a.confidence()));
    }

    /** A JPEG is decoded row by row if the run on the whole image may see a smaller picture, a PNG never. */
    @ParameterizedTest
    @ValueSource(strings = {"parts-detect/1", "parts-seg"})
    void rowwiseDecodingGivesTheSameTileDetections(String name) throws IOException {
        ModelId model = name.equals(TestModels.PARTS.value()) ? TestModels.PARTS : new ModelId(name);
        ImageSource jpeg = photo("jpg", 5000, 4000, List.of(new Place("bolts.jpg", 300, 200), new Place("crowded.jpg", 3000, 100),
                new Place("gears.jpg", 1700, 1500), new Place("washers.jpg", 100, 2900), new Place("bolts.jpg", 3900, 3200)));
        ImageSource png = part(jpeg, 0, 0, 5000, 4000);
        List<Detection> byRows = found(model, jpeg, tiles(1000, 1000, 0.2).with(REDUCED_DECODING, true));
        List<Detection> unreduced = found(model, jpeg, tiles(1000, 1000, 0.2));
        List<Detection> whole = found(model, png, tiles(1000, 1000, 0.2));

        assertThat(BaselineJpeg.of(jpeg.bytes(), false)).isPresent();
        assertThat(byRows).hasSizeGreaterThan(30);
        assertThat(byRows.stream().filter(one -> whole.stream().anyMatch(other -> one.box().equals(other.box())
                && one.points().equals(other.points()) && one.confidence() == other.confidence())).count())
                .isGreaterThan(byRows.size() * 8 / 10);
        assertThat(matches(whole, byRows)).isGreaterThan(whole.size() * 8 / 10);
        assertThat(unreduced).usingRecursiveFieldByFieldElementComparatorIgnoringFields("detectionId").isEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"crowded.jpg", "gears.jpg", "bolts.jpg"})
    void anObjectOnASeamIsFoundOnce(String sample) {
        List<Place> place = List.of(new Place(sample, 0, 0));
        List<Detection> expected = expected(TestModels.PARTS, place);
        List<Detection> tiled = found(TestModels.PARTS, place.get(0).source(), tiles(500, 500, 0.2));

        assertThat(matches(expected, tiled)).isEqualTo(expected.size());
        assertThat(tiled).allSatisfy(one -> assertThat(tiled).filteredOn(other -> overlap(one, other) > 0.5).containsExactly(one));
    }

    /**
     * The tiles are the samples, so each tile has the detections of its sample, unless the run on the whole image is more
     * confident.
     */
    @ParameterizedTest
    @ValueSource(strings = {"parts-seg", "bolts-pose"})
    void outlinesAndKeypointsAreInPixelsOfTheWholeImage(String name) {
        ModelId model = new ModelId(name);
        List<Place> places = List.of(new Place("bolts.jpg", 0, 0), new Place("close-up.jpg", 1024, 0),
                new Place("washers.jpg", 2048, 0), new Place("close-up.jpg", 0, 768), new Place("bolts.jpg", 1024, 768),
                new Place("bolts.jpg", 2048, 768));
        List<Detection> expected = expected(model, places);
        List<Detection> tiled = found(model, photo("png", 3072, 1536, places), tiles(1024, 768, 0));

        assertThat(expected).hasSizeGreaterThan(12).allMatch(one -> one.points().size() + one.keypoints().size() > 0);
        assertThat(expected.stream().filter(one -> tiled.stream().anyMatch(other -> one.box().equals(other.box())
                && one.points().equals(other.points()) && one.keypoints().equals(other.keypoints()))).count())
                .isGreaterThan(expected.size() * 8 / 10);
    }

    @Test
    void masksAreMergedAcrossSeams() {
        ImageSource bolts = new Place("bolts.jpg", 0, 0).source();
        InferenceOptions runs = tiles(500, 500, 0.2).with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.RLE);
        List<Detection> tiled = found(MASKS, bolts, runs);

        for (Detection one : found(MASKS, bolts, PLAIN)) {
            Detection other = tiled.stream().filter(found -> overlap(one, found) > 0.6).findFirst().orElseThrow();
            Mask whole = one.mask().orElseThrow();
            Mask united = other.mask().orElseThrow();
            assertThat(other.rle().width()).isEqualTo(1024);
            assertThat((double) whole.intersection(united)).isGreaterThan(0.6 * Math.max(whole.area(), united.area()));
        }
    }

    @Test
    void aSemanticSegmentationTakesEachPixelFromTheNearestTile() throws IOException {
        ImageSource image = ImageSource.of(SAMPLES.resolve("scratched-plate.png"));
        SemanticSegmentation tiled = (SemanticSegmentation) infer(PIXELS, image, tiles(400, 540, 0.2));
        SemanticSegmentation left = (SemanticSegmentation) infer(PIXELS, part(image, 0, 0, 400, 540), PLAIN);
        SemanticSegmentation right = (SemanticSegmentation) infer(PIXELS, part(image, 320, 0, 400, 540), PLAIN);

        assertThat(tiled.mask().size()).isEqualTo(new ImageSize(720, 540));
        assertThat(tiled.classMap()).isEqualTo(left.classMap());
        assertThat(tiled.presentClassIds()).hasSizeGreaterThan(1);
        for (int i = 0; i < 720 * 540; i++) {
            int x = i % 720;
            SemanticSegmentation tile = x < 360 ? left : right;
            int there = i / 720 * 400 + (x < 360 ? x : x - 320);
            assertThat(tiled.mask().values()[i]).isEqualTo(tile.mask().values()[there]);
            assertThat(tiled.confidenceMask().values()[i]).isEqualTo(tile.confidenceMask().values()[there]);
        }
    }

    @Test
    void tilesCoverTheStaticCropOnly() {
        ImageSource image = ImageSource.of(TestModels.image("t03_plain.jpg"));
        ModelId model = new ModelId("det-crop-gray");
        List<Detection> tiled = found(model, image, tiles(200, 200, 0.2).with(CONFIDENCE, 0.01));
        List<Detection> plain = found(model, image, PLAIN.with(CONFIDENCE, 0.01));

        assertThat(tiled).isNotEmpty();
        for (ToDoubleFunction<Box> edge : List.<ToDoubleFunction<Box>>of(Box::x1, Box::y1)) {
            assertThat(tiled.stream().map(Detection::box).mapToDouble(edge).min().orElseThrow())
                    .isGreaterThanOrEqualTo(plain.stream().map(Detection::box).mapToDouble(edge).min().orElseThrow() - 20);
        }
    }

    @Test
    void anImageNotLargerThanATileGivesTheSameAsWithoutTiles() {
        ImageSource image = new Place("bolts.jpg", 0, 0).source();

        assertThat(withoutIds(found(MASKS, image, tiles(1024, 768, 0.2)))).isEqualTo(withoutIds(found(MASKS, image, PLAIN)));
    }

    @Test
    void theSameImageGivesTheSame() {
        ImageSource image = new Place("crowded.jpg", 0, 0).source();
        List<Detection> first = withoutIds(found(TestModels.PARTS, image, tiles(300, 300, 0.3)));

        for (int i = 0; i < 5; i++) {
            assertThat(withoutIds(found(TestModels.PARTS, image, tiles(300, 300, 0.3)))).isEqualTo(first);
        }
    }

    private static List<Detection> withoutIds(List<Detection> detections) {
        return detections.stream().map(one -> new Detection(one.x(), one.y(), one.width(), one.height(), one.confidence(),
                one.className(), one.classId(), "", one.points(), one.rle(), one.keypoints())).toList();
    }

    @Test
    void classesAreChosenAndTheMostConfidentAreKept() {
        ImageSource image = new Place("crowded.jpg", 0, 0).source();
        List<Detection> all = withoutIds(found(TestModels.PARTS, image, tiles(500, 500, 0.2)));
        InferenceOptions gears = tiles(500, 500, 0.2).with(CLASSES, List.of("gear"));
        InferenceOptions five = tiles(500, 500, 0.2).with(MAX_DETECTIONS, 5);

        assertThat(withoutIds(found(TestModels.PARTS, image, gears))).isNotEmpty()
                .isEqualTo(all.stream().filter(one -> one.className().equals("gear")).toList());
        assertThat(withoutIds(found(TestModels.PARTS, image, five))).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cls-single", "cls-multi"})
    void aClassifierIsRefused(String model) {
        assertThatThrownBy(() -> infer(new ModelId(model), new Place("bolts.jpg", 0, 0).source(), tiles(320, 320, 0.2))).cause()
                .isInstanceOf(RoboflowRejectedException.class).hasMessageContaining("'" + model + "'")
                .hasMessageContaining("'bolts.jpg'").hasMessageContaining("leave out tile");
    }

    @Test
    void noFurtherTileRunsAfterCancellation() throws IOException {
        try (LoadedModel model = LoadedModel.load(TestModels.PARTS, TestModels.SHIPPED.resolve(TestModels.PARTS.value()),
                EmbeddedSettings.DEFAULTS)) {
            AtomicInteger checks = new AtomicInteger();
            CancellationToken cancellation = new CancellationToken() {
                @Override
                public boolean getAsBoolean() {
                    return checks.incrementAndGet() > 3;
                }
            };

            assertThatThrownBy(() -> model.infer(new Place("bolts.jpg", 0, 0).source(), tiles(64, 64, 0.2),
                    cancellation, InferenceListener.NONE)).isInstanceOf(CancellationException.class)
                            .hasMessageContaining("after 3 of");
        }
    }

    @Test
    void theTimeoutOfACallCoversAllItsTiles() {
        InferenceOptions hurried = tiles(32, 32, 0.2).with(REQUEST_TIMEOUT, Duration.ofMillis(30));

        assertThatThrownBy(() -> found(TestModels.PARTS, new Place("bolts.jpg", 0, 0).source(), hurried)).cause()
                .isInstanceOf(RoboflowUnavailableException.class).hasMessageContaining("requestTimeout=30 ms");
    }

    @Test
    void maxPixelsAppliesToTheWholeImage() {
        InferenceOptions few = tiles(64, 64, 0.2).with(MAX_PIXELS, 1000L);

        assertThatThrownBy(() -> found(TestModels.PARTS, new Place("bolts.jpg", 0, 0).source(), few)).cause()
                .isInstanceOf(InvalidImageException.class).hasMessageContaining("maxPixels=1000");
    }
}
