package io.github.camelroboflow.embedded;

import static io.github.camelroboflow.inference.InferenceOption.TILE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine.OpenModel;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs alone, since it counts the models that are loaded in the whole JVM. */
@Isolated
class EmbeddedEngineIT {

    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final List<String> IMAGES = List.of("t00_plain.jpg", "t07_plain.jpg", "t11_plain.jpg", "t03_plain.jpg");
    private static final ImageSource IMAGE = ImageSource.of(TestModels.image("t03_plain.jpg"));

    private final EmbeddedEngine engine = new EmbeddedEngine(TestModels.SHIPPED);

    @AfterEach
    void nothingStaysOpen() {
        engine.close();
        assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();
    }

    private static List<Inference> infer(EmbeddedEngine engine, List<ImageSource> images) {
        return engine.infer(TestModels.PARTS, images, InferenceOptions.DEFAULTS).toCompletableFuture().join();
    }

    /** Returns the results without the parts that differ from run to run: ids and times. */
    private static List<String> found(List<Inference> inferences) {
        return inferences.stream().map(inference -> inference.info().image() + ((Detections) inference).predictions().stream()
                .map(one -> one.className() + one.box() + one.confidence()).toList().toString()).toList();
    }

    @Test
    void aBatchKeepsItsOrder() {
        List<ImageSource> images = IMAGES.stream().map(name -> ImageSource.of(TestModels.image(name))).toList();
        List<Inference> batch = infer(engine, images);

        assertThat(batch).extracting(one -> one.info().image().width()).containsExactly(989, 985, 599, 1400);
        assertThat(found(batch)).isEqualTo(images.stream().map(image -> found(infer(engine, List.of(image))).get(0)).toList());
    }

    @Test
    void idsAndTimes() {
        Detections detections = (Detections) infer(engine, List.of(IMAGE)).get(0);

        assertThat(detections.info().inferenceId()).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(detections.info().time()).isBetween(1e-6, 100.0);
        assertThat(detections.predictions()).isSortedAccordingTo((a, b) -> Double.compare(b.confidence(), a.confidence()));
    }

    @Test
    void theResultForADamagedImageSaysSo() {
        byte[] jpeg = TestModels.bytes("t00_plain.jpg");
        Arrays.fill(jpeg, jpeg.length / 2, jpeg.length / 2 + 4096, (byte) 0);
        ImageSource damaged = ImageSource.of("damaged.jpg", jpeg);
        InferenceOptions allowed = InferenceOptions.DEFAULTS.with(InferenceOption.ALLOW_DAMAGED_IMAGES, true);

        assertThatThrownBy(() -> infer(engine, List.of(damaged))).cause().isInstanceOf(InvalidImageException.class)
                .hasMessageContainingAll("'damaged.jpg'", "damaged", "allowDamagedImages=true");
        List<Inference> results = engine.infer(TestModels.PARTS, List.of(damaged, IMAGE), allowed).toCompletableFuture().join();
        assertThat(results).extracting(result -> result.info().imageDamaged()).containsExactly(true, false);
        assertThat(results).extracting(result -> result.toJson().path("image_damaged").toString()).containsExactly("true", "");
        assertThat(InferenceJson.read(InferenceJson.bytes(results.get(0))).info().imageDamaged()).isTrue();
    }

    @Test
    void oneBadImageFailsItsBatch() {
        ImageSource bad = ImageSource.of("bad.jpg", new byte[0]);

        assertThatThrownBy(() -> infer(engine, List.of(IMAGE, bad, IMAGE))).cause().isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("'bad.jpg'");
        assertThat(infer(engine, List.of(IMAGE))).hasSize(1);
    }

    @RepeatedTest(20)
    void aClosedEngineHoldsNoModelEvenIfABatchHasJustFailed() {
        EmbeddedEngine closing = new EmbeddedEngine(TestModels.SHIPPED);
        ImageSource bad = ImageSource.of("bad.jpg", new byte[0]);
        assertThatThrownBy(() -> infer(closing, List.of(IMAGE, bad, IMAGE))).isNotNull();
        closing.close();

        assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();
    }

    @Test
    void enginesShareAModel() {
        int before = LoadedModels.OF_THIS_JVM.loads();
        EmbeddedEngine other = new EmbeddedEngine(Path.of("config/../config/models"));
        OpenModel first = engine.open(TestModels.PARTS);
        OpenModel second = other.open(TestModels.PARTS);
        infer(engine, List.of(IMAGE));
        infer(other, List.of(IMAGE));

        assertThat(LoadedModels.OF_THIS_JVM.loads()).isEqualTo(before + 1);
        first.close();
        first.close();
        assertThat(LoadedModels.OF_THIS_JVM.size()).isEqualTo(1);
        assertThat(infer(other, List.of(IMAGE))).hasSize(1);
        assertThat(LoadedModels.OF_THIS_JVM.loads()).isEqualTo(before + 1);
        second.close();
        assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();
    }

    @Test
    void closingTheEngineClosesItsModels() {
        engine.open(TestModels.PARTS);
        engine.open(TestModels.PARTS);
        engine.close();

        assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();
        assertThatThrownBy(() -> engine.open(TestModels.PARTS)).isInstanceOf(RoboflowUnavailableException.class);
        assertThatThrownBy(() -> infer(engine, List.of(IMAGE))).cause().isInstanceOf(RoboflowUnavailableException.class)
                .hasMessageContaining("stopped");
    }

    @Test
    void openingAtTheSameTimeLoadsOnce() throws InterruptedException, ExecutionException {
        int before = LoadedModels.OF_THIS_JVM.loads();
        List<OpenModel> open = inParallel(16, () -> engine.open(TestModels.PARTS));

        assertThat(open).hasSize(16);
        assertThat(LoadedModels.OF_THIS_JVM.loads()).isEqualTo(before + 1);
    }

    @Test
    void aModelThatIsNotOpenIsOpenedForTheCall() {
        int before = LoadedModels.OF_THIS_JVM.loads();
        infer(engine, List.of(IMAGE, IMAGE, IMAGE));

        assertThat(LoadedModels.OF_THIS_JVM.loads()).isEqualTo(before + 1);
        assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();
    }

    @Test
    void aFailedLoadIsTriedAgain(@TempDir Path models) throws IOException {
        Path names = TestModels.copy(models, "weights.onnx", "environment.json").resolve("class_names.txt");
        Files.writeString(names, "bolt\n");
        try (EmbeddedEngine other = new EmbeddedEngine(models)) {
            assertThatThrownBy(() -> other.open(TestModels.PARTS)).isInstanceOf(ModelPackageException.class);
            assertThatThrownBy(() -> infer(other, List.of(IMAGE))).cause().isInstanceOf(ModelPackageException.class);
            assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();
            Files.delete(names);
            assertThat(other.open(TestModels.PARTS).description().classes()).hasSize(5);
        }
    }

    @Test
    void anUnknownModelFailsTheStage() {
        assertThatThrownBy(() -> engine.infer(new ModelId("nothing/1"), List.of(IMAGE), InferenceOptions.DEFAULTS)
                .toCompletableFuture().join()).cause().isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("the models there are").hasMessageContaining("parts-detect/1");
    }

    @Test
    void moreModelsThanTheLimitTakeTurnsAndGiveTheSameResults() {
        List<ModelId> ids = List.of(new ModelId("det-letterbox"), new ModelId("det-stretch"), new ModelId("seg-stretch"));
        try (EmbeddedEngine roomy = new EmbeddedEngine(TestModels.GOLDEN.resolve("models"));
                EmbeddedEngine narrow = new EmbeddedEngine(TestModels.GOLDEN.resolve("models"),
                        new EmbeddedSettings(1, ExecutionProvider.CPU, 1))) {
            List<List<String>> expected = ids.stream().map(id -> found(roomy, id)).toList();
            ids.forEach(narrow::open);

            assertThat(LoadedModels.OF_THIS_JVM.loaded()).isEqualTo(1);
            for (int round = 0; round < 3; round++) {
                assertThat(ids.stream().map(id -> found(narrow, id)).toList()).isEqualTo(expected);
                assertThat(LoadedModels.OF_THIS_JVM.loaded()).isEqualTo(1);
            }
        }
    }

    private static List<String> found(EmbeddedEngine engine, ModelId model) {
        return found(engine.infer(model, List.of(IMAGE), InferenceOptions.DEFAULTS).toCompletableFuture().join());
    }

    @Test
    void manyThreadsGetTheSame() throws InterruptedException, ExecutionException {
        engine.open(TestModels.PARTS);
        List<ImageSource> images = IMAGES.stream().map(name -> ImageSource.of(TestModels.image(name))).toList();
        List<String> expected = found(infer(engine, images));

        assertThat(inParallel(16, () -> found(infer(engine, images)))).hasSize(16).containsOnly(expected);
    }

    private static <T> List<T> inParallel(int threads, Callable<T> task) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(Collections.nCopies(threads, task))) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void nativeObjectsAreFreedWithoutTheGarbageCollector() {
        byte[] jpeg = TestModels.bytes("t11_plain.jpg");
        ImageSource damaged = ImageSource.of("damaged.webp", Arrays.copyOf(TestModels.bytes("t51_lossy.webp"), 90_000));
        InferenceOptions tiles = InferenceOptions.DEFAULTS.with(TILE, new ImageSize(300, 300));
        engine.open(TestModels.PARTS);
        infer(engine, Collections.nCopies(4 * THREADS, IMAGE));
        long before = Pointer.totalCount();
        for (int i = 0; i < 50; i++) {
            infer(engine, List.of(ImageSource.of("a.jpg", jpeg)));
            engine.infer(TestModels.PARTS, List.of(ImageSource.of("tiles.jpg", jpeg)), tiles).toCompletableFuture().join();
            assertThat(engine.infer(TestModels.PARTS, List.of(ImageSource.of("b.jpg", Arrays.copyOf(jpeg, 5000))),
                    InferenceOptions.DEFAULTS).toCompletableFuture().handle((result, error) -> error).join()).isNotNull();
            engine.infer(TestModels.PARTS, List.of(damaged), InferenceOptions.DEFAULTS).toCompletableFuture()
                    .handle((result, error) -> error).join();
        }

        assertThat(Pointer.totalCount()).isLessThan(before + 50);
    }

    @Test
    void noFileStaysOpen() {
        ImageSource damaged = ImageSource.of("damaged.jpg", Arrays.copyOf(TestModels.bytes("t11_plain.jpg"), 5000));
        infer(engine, Collections.nCopies(4 * THREADS, IMAGE));
        long before = openFiles();
        for (int i = 0; i < 50; i++) {
            // opens the model and closes it again
            infer(engine, List.of(IMAGE));
            assertThatThrownBy(() -> infer(engine, List.of(damaged))).isNotNull();
        }

        assertThat(openFiles()).isLessThanOrEqualTo(before + 25);
    }

    /** Returns the number of open file descriptors of this JVM; 0 if the platform doesn't give it. */
    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount() : 0;
    }

    @Test
    void threadsAreDaemonsWithAName() {
        infer(engine, List.of(IMAGE));

        assertThat(Thread.getAllStackTraces().keySet()).filteredOn(thread -> thread.getName().startsWith("roboflow-embedded-"))
                .isNotEmpty().allMatch(Thread::isDaemon);
    }
}
