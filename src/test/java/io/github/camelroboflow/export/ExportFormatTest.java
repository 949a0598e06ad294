package io.github.camelroboflow.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.camelroboflow.export.ExportFormat.Dataset;
import io.github.camelroboflow.export.ExportFormat.DatasetWriter;
import io.github.camelroboflow.export.RandomResults.Kind;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.ModelDescription.Skeleton;
import io.github.camelroboflow.inference.ModelDescription.SkeletonEdge;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Random results are written, parsed again, and compared. */
class ExportFormatTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RUNS = 200;
    /** Pixels. */
    private static final Offset<Double> PRECISION = within(0.001);
    private static final ImageSize SIZE = new ImageSize(100, 50);

    private static ClassCatalog catalog(Inference... results) {
        ClassCatalog classes = new ClassCatalog(RandomResults.CLASSES);
        Arrays.stream(results).forEach(classes::add);
        return classes;
    }

    private static String document(ExportFormat format, String name, Inference result) {
        return format.document(new ExportedImage(name, result), catalog(result));
    }

    private interface Check {
        void accept(Detections result) throws Exception;
    }

    private static void forRandomResults(Kind kind, Check check) throws Exception {
        for (int seed = 0; seed < RUNS; seed++) {
            check.accept(new RandomResults(seed).next(kind));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void cocoHoldsWhatTheResultHolds(Kind kind) throws Exception {
        forRandomResults(kind, result -> {
            JsonNode coco = JSON.readTree(document(ExportFormat.COCO, "a/b.jpg", result));
            JsonNode annotations = coco.path("annotations");

            assertThat(coco.path("images")).hasSize(1);
            assertThat(coco.at("/images/0/width").intValue()).isEqualTo(result.info().image().width());
            assertThat(coco.at("/images/0/height").intValue()).isEqualTo(result.info().image().height());
            assertThat(annotations).hasSize(result.predictions().size());
            for (int i = 0; i < annotations.size(); i++) {
                JsonNode annotation = annotations.get(i);
                Detection object = result.predictions().get(i);
                Box box = object.box();
                assertThat(numbers(annotation.path("bbox")))
                        .containsExactly(new double[] {box.x1(), box.y1(), box.width(), box.height()}, PRECISION);
                assertThat(category(coco, annotation)).isEqualTo(object.className());
                assertThat(annotation.path("score").doubleValue()).isEqualTo(object.confidence());
                if (kind == Kind.MASK) {
                    Rle rle = object.rle();
                    assertThat(annotation.path("segmentation").path("counts").textValue()).isEqualTo(rle.counts());
                    assertThat(annotation.path("area").doubleValue()).isEqualTo(rle.mask().area());
                } else if (kind == Kind.OUTLINE || kind == Kind.ORIENTED) {
                    assertThat(numbers(annotation.path("segmentation").get(0))).containsExactly(object.points().stream()
                            .flatMapToDouble(point -> DoubleStream.of(point.x(), point.y())).toArray(), PRECISION);
                }
                for (Keypoint keypoint : object.keypoints()) {
                    JsonNode values = annotation.path("keypoints");
                    assertThat(values.get(3 * keypoint.classId()).doubleValue()).isCloseTo(keypoint.x(), PRECISION);
                    assertThat(values.get(3 * keypoint.classId() + 1).doubleValue()).isCloseTo(keypoint.y(), PRECISION);
                    assertThat(values.get(3 * keypoint.classId() + 2).intValue()).isEqualTo(2);
                }
            }
        });
    }

    private static String category(JsonNode coco, JsonNode annotation) {
        for (JsonNode category : coco.path("categories")) {
            if (category.path("id").equals(annotation.path("category_id"))) {
                return category.path("name").textValue();
            }
        }
        return null;
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).mapToDouble(JsonNode::doubleValue).toArray();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void yoloHoldsSharesOfTheImage(Kind kind) throws Exception {
        forRandomResults(kind, result -> {
            List<String> lines = document(ExportFormat.YOLO, "a.jpg", result).lines().toList();
            ImageSize size = result.info().image();

            assertThat(lines).hasSize(result.predictions().size());
            for (int i = 0; i < lines.size(); i++) {
                Detection object = result.predictions().get(i);
                double[] values = Arrays.stream(lines.get(i).split(" ")).mapToDouble(Double::parseDouble).toArray();
                assertThat(RandomResults.CLASSES.get((int) values[0])).isEqualTo(object.className());
                assertThat(Arrays.stream(values).skip(1).boxed()).allMatch(value -> value >= 0 && value <= 1 || value == 2);
                if (kind == Kind.BOX || kind == Kind.KEYPOINTS) {
                    assertThat(values[1] * size.width()).isCloseTo(object.x(), PRECISION);
                    assertThat(values[2] * size.height()).isCloseTo(object.y(), PRECISION);
                    assertThat(values[3] * size.width()).isCloseTo(object.width(), PRECISION);
                    assertThat(values[4] * size.height()).isCloseTo(object.height(), PRECISION);
                }
                if (kind == Kind.OUTLINE || kind == Kind.ORIENTED) {
                    assertThat(values).hasSize(1 + 2 * object.points().size());
                    assertThat(values[1] * size.width()).isCloseTo(object.points().get(0).x(), PRECISION);
                    assertThat(values[2] * size.height()).isCloseTo(object.points().get(0).y(), PRECISION);
                }
                for (Keypoint keypoint : object.keypoints()) {
                    assertThat(values[5 + 3 * keypoint.classId()] * size.width()).isCloseTo(keypoint.x(), PRECISION);
                    assertThat(values[6 + 3 * keypoint.classId()] * size.height()).isCloseTo(keypoint.y(), PRECISION);
                    assertThat(values[7 + 3 * keypoint.classId()]).isEqualTo(2);
                }
            }
        });
    }

    @Test
    void aBoxBeyondTheImageIsCutInYolo() {
        Detections result = RandomResults.of(SIZE, Detection.of(new Box(-10, 0, 50, 60), 0.9, "bolt", 0, ""));

        assertThat(document(ExportFormat.YOLO, "a.jpg", result)).isEqualTo("0 0.250000 0.500000 0.500000 1\n");
    }

    @Test
    void vocHoldsPixelsFromOneWithinTheImage() throws Exception {
        forRandomResults(Kind.BOX, result -> {
            Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(
                    document(ExportFormat.VOC, "a&b/c<1>.jpg", result).getBytes(StandardCharsets.UTF_8)));
            ImageSize size = result.info().image();

            assertThat(text(xml.getDocumentElement(), "filename")).isEqualTo("c<1>.jpg");
            assertThat(text(xml.getDocumentElement(), "folder")).isEqualTo("a&b");
            assertThat(xml.getElementsByTagName("object").getLength()).isEqualTo(result.predictions().size());
            for (int i = 0; i < result.predictions().size(); i++) {
                Element object = (Element) xml.getElementsByTagName("object").item(i);
                Box box = result.predictions().get(i).box();
                assertThat(text(object, "name")).isEqualTo(result.predictions().get(i).className());
                assertThat(number(object, "xmin")).isBetween(1.0, (double) size.width()).isCloseTo(box.x1() + 1, within(0.5));
                assertThat(number(object, "ymin")).isBetween(1.0, (double) size.height()).isCloseTo(box.y1() + 1, within(0.5));
                assertThat(number(object, "xmax")).isBetween(1.0, (double) size.width()).isCloseTo(box.x2(), within(0.5));
                assertThat(number(object, "ymax")).isBetween(1.0, (double) size.height()).isCloseTo(box.y2(), within(0.5));
            }
        });
    }

    private static double number(Element parent, String name) {
        return Double.parseDouble(text(parent, name));
    }

    private static String text(Element parent, String name) {
        return parent.getElementsByTagName(name).item(0).getTextContent();
    }

    @Test
    void vocReplacesCharactersThatXmlCanNotHold() throws Exception {
        String xml = document(ExportFormat.VOC, "a\u0001b.jpg", RandomResults.of(SIZE));

        assertThat(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(
                xml.getBytes(StandardCharsets.UTF_8))).getDocumentElement()).satisfies(root ->
                assertThat(text(root, "filename")).isEqualTo("a\uFFFDb.jpg"));
    }

    @Test
    void aBoxOfTheWholeImageIsAllPixelsInVoc() {
        Detections result = RandomResults.of(SIZE, Detection.of(new Box(0, 0, 100, 50), 0.9, "bolt", 0, ""));

        assertThat(document(ExportFormat.VOC, "a.jpg", result)).contains("<xmin>1</xmin>", "<ymin>1</ymin>", "<xmax>100</xmax>",
                "<ymax>50</ymax>");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void labelMeHoldsShapes(Kind kind) throws Exception {
        forRandomResults(kind, result -> {
            JsonNode json = JSON.readTree(document(ExportFormat.LABELME, "a/b.jpg", result));
            JsonNode shapes = json.path("shapes");

            assertThat(json.path("imagePath").textValue()).isEqualTo("b.jpg");
            assertThat(json.path("imageWidth").intValue()).isEqualTo(result.info().image().width());
            int next = 0;
            for (Detection object : result.predictions()) {
                JsonNode shape = shapes.get(next++);
                assertThat(shape.path("label").textValue()).isEqualTo(object.className());
                if (kind == Kind.OUTLINE || kind == Kind.ORIENTED) {
                    assertThat(shape.path("points")).hasSameSizeAs(object.points());
                    assertThat(shape.at("/points/1/0").doubleValue()).isEqualTo(object.points().get(1).x());
                }
                if (kind == Kind.BOX) {
                    assertThat(shape.path("shape_type").textValue()).isEqualTo("rectangle");
                    assertThat(shape.at("/points/0/0").doubleValue()).isEqualTo(object.box().x1());
                    assertThat(shape.at("/points/1/1").doubleValue()).isEqualTo(object.box().y2());
                }
                for (Keypoint keypoint : object.keypoints()) {
                    JsonNode point = shapes.get(next++);
                    assertThat(point.path("label").textValue()).isEqualTo(keypoint.className());
                    assertThat(point.at("/points/0/0").doubleValue()).isEqualTo(keypoint.x());
                    assertThat(point.path("group_id")).isEqualTo(shape.path("group_id"));
                }
            }
            assertThat(shapes).hasSize(next);
        });
    }

    @Test
    void csvHasARowForEachFindingOfEachTask() {
        InferenceInfo info = InferenceInfo.of("", 0.1, SIZE);
        Inference labels = new Classification(info, List.of(new ClassScore("ok, mostly", 1, 0.75)), "ok, mostly", 0.75);
        Inference boxes = RandomResults.of(SIZE, Detection.of(new Box(10, 10, 30, 20), 0.5, "bolt", 0, ""));

        assertThat(document(ExportFormat.CSV, "\"a\".jpg", labels)).isEqualTo(CsvTable.HEADER
                + "\"\"\"a\"\".jpg\",100,50,\"ok, mostly\",1,0.75,,,,,,\r\n");
        assertThat(document(ExportFormat.CSV, "a.jpg", boxes))
                .isEqualTo(CsvTable.HEADER + "a.jpg,100,50,bolt,0,0.5,20.0,15.0,20.0,10.0,,\r\n");
        assertThat(document(ExportFormat.CSV, "a.jpg", RandomResults.of(SIZE)))
                .isEqualTo(CsvTable.HEADER + "a.jpg,100,50,,,,,,,,,\r\n");
    }

    /** Names of images and classes come from others, and people open the table in a spreadsheet. */
    @ParameterizedTest
    @ValueSource(strings = {"=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"})
    void noTextIsAFormulaInCsv(String text) {
        Inference result = RandomResults.of(SIZE, Detection.of(new Box(-30, 10, -10, 20), 0.5, text, 0, ""));

        assertThat(document(ExportFormat.CSV, text, result)).isEqualTo(CsvTable.HEADER
                + "'" + text + ",100,50,'" + text + ",0,0.5,-20.0,15.0,20.0,10.0,,\r\n");
        assertThat(CsvTable.failure("a.jpg", text)).isEqualTo("a.jpg,,,,,,,,,,,'" + text + "\r\n");
    }

    @ParameterizedTest
    @EnumSource(value = ExportFormat.class, names = "CSV", mode = EnumSource.Mode.EXCLUDE)
    void aFormatOfObjectsRefusesAClassification(ExportFormat format) {
        Inference result = new Classification(InferenceInfo.of("", 0.1, SIZE), List.of(), "", 0);

        assertThatThrownBy(() -> document(format, "a.jpg", result)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.jpg").hasMessageContaining("csv is for all tasks");
    }

    @Test
    void aClassOfTheModelKeepsItsIdAndOthersFollow() {
        ClassCatalog classes = new ClassCatalog(List.of("bolt", "nut"));
        classes.add(RandomResults.of(SIZE, Detection.of(new Box(0, 0, 1, 1), 1, "gear", 5, ""),
                Detection.of(new Box(0, 0, 1, 1), 1, "washer", -1, ""), Detection.of(new Box(0, 0, 1, 1), 1, "other", 0, "")));

        assertThat(classes.allNames()).containsExactly("bolt", "nut", "unknown-2", "unknown-3", "unknown-4", "gear", "washer",
                "other");
    }

    /** The model has an edge from the first keypoint to the third, and the result one keypoint. */
    static Detections ofModelWithSkeleton() {
        Appearance model = new Appearance(List.of("bolt", "nut"), Map.of(),
                Map.of(0, new Skeleton(List.of("head", "neck", "tip"), List.of(new SkeletonEdge(0, 2)))));
        return new Detections(InferenceInfo.of("id", 0.01, SIZE).withAppearance(model), List.of(
                Detection.of(new Box(0, 0, 9, 9), 1, "bolt", 0, "").withKeypoints(List.of(new Keypoint(3, 4, 0.9, "neck", 1))),
                Detection.of(new Box(0, 0, 9, 9), 1, "bolt", 0, "")));
    }

    @Test
    void cocosCategoriesHaveTheKeypointsAndTheSkeletonOfTheModel() throws IOException {
        Detections result = ofModelWithSkeleton();
        ClassCatalog classes = new ClassCatalog(List.of());
        classes.add(result);

        JsonNode coco = JSON.readTree(ExportFormat.COCO.document(new ExportedImage("a.jpg", result), classes));

        assertThat(coco.path("categories").get(0).path("keypoints").toString()).isEqualTo("[\"head\",\"neck\",\"tip\"]");
        assertThat(coco.path("categories").get(0).path("skeleton").toString()).isEqualTo("[[1,3]]");
        assertThat(coco.path("categories").get(1).has("keypoints")).isFalse();
        assertThat(coco.path("annotations")).extracting(each -> each.path("keypoints").toString() + each.path("num_keypoints"))
                .containsExactly("[0.0,0.0,0,3.0,4.0,2,0.0,0.0,0]1", "[0.0,0.0,0,0.0,0.0,0,0.0,0.0,0]0");
    }

    @Test
    void aDataSetOfCocoIsOneFileOfAllImages(@TempDir Path folder) throws IOException {
        List<Detections> results = List.of(new RandomResults(1).next(Kind.BOX), new RandomResults(2).next(Kind.KEYPOINTS),
                new RandomResults(3).next(Kind.MASK));
        write(ExportFormat.COCO, folder, results);

        JsonNode coco = JSON.readTree(folder.resolve("annotations.json").toFile());
        assertThat(coco.path("images")).extracting(image -> image.path("file_name").textValue())
                .containsExactly("x/0.jpg", "x/1.jpg", "x/2.jpg");
        assertThat(coco.path("annotations")).hasSize(results.stream().mapToInt(result -> result.predictions().size()).sum());
        assertThat(coco.path("categories")).hasSize(RandomResults.CLASSES.size());
        assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith("annotations.json"));
    }

    private static void write(ExportFormat format, Path folder, List<Detections> results) throws IOException {
        ClassCatalog classes = catalog(results.toArray(Inference[]::new));
        try (DatasetWriter writer = format.open(new Dataset(folder, Optional.of(folder), classes))) {
            for (int i = 0; i < results.size(); i++) {
                writer.add(new ExportedImage("x/" + i + ".jpg", results.get(i)));
            }
        }
    }

    @Test
    void aDataSetOfYoloNamesItsClasses(@TempDir Path folder) throws IOException {
        write(ExportFormat.YOLO, folder, List.of(new RandomResults(2).next(Kind.KEYPOINTS)));

        JsonNode data = new ObjectMapper(new YAMLFactory()).readTree(folder.resolve("data.yaml").toFile());
        assertThat(data.path("names").path("1").textValue()).isEqualTo(RandomResults.CLASSES.get(1));
        assertThat(data.path("kpt_shape").get(1).intValue()).isEqualTo(3);
        assertThat(folder.resolve("labels/x/0.txt")).exists();
    }

    @Test
    void imagesOfOneNameWithDifferentEndingsHaveFilesOfTheirOwn(@TempDir Path folder) throws IOException {
        ClassCatalog classes = new ClassCatalog(List.of());
        try (DatasetWriter writer = ExportFormat.VOC.open(new Dataset(folder, Optional.of(folder), classes))) {
            writer.add(new ExportedImage("a.jpg", RandomResults.of(SIZE)));
            writer.add(new ExportedImage("a.png", RandomResults.of(SIZE)));
        }

        assertThat(folder.resolve("Annotations/a.xml")).content().contains("a.jpg");
        assertThat(folder.resolve("Annotations/a.png.xml")).content().contains("a.png");
    }

    /** Results come in the order in which images are done, so the image with the longer name may be the first. */
    @Test
    void anImageWhoseNamesAreTakenIsRefused(@TempDir Path folder) throws IOException {
        try (DatasetWriter writer = ExportFormat.VOC.open(new Dataset(folder, Optional.of(folder), new ClassCatalog(List.of())))) {
            writer.add(new ExportedImage("a.png.jpg", RandomResults.of(SIZE)));
            writer.add(new ExportedImage("a.jpg", RandomResults.of(SIZE)));

            for (String name : List.of("a.png", "a.xml/b.jpg")) {
                assertThatThrownBy(() -> writer.add(new ExportedImage(name, RandomResults.of(SIZE))))
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(name);
            }
        }
        assertThat(folder.resolve("Annotations/a.png.xml")).content().contains("a.png.jpg");
    }

    @ParameterizedTest
    @EnumSource(value = ExportFormat.class, names = {"YOLO", "VOC", "LABELME"})
    void theFolderMayBeGivenByAPathThatCanBeShorter(ExportFormat format, @TempDir Path folder) throws IOException {
        write(format, folder.resolve("."), List.of(RandomResults.of(SIZE)));

        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).anyMatch(name -> name.startsWith("0."));
        }
    }

    @Test
    void noNameLeadsOutOfTheFolderOfTheExport(@TempDir Path folder) throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        ClassCatalog classes = new ClassCatalog(List.of());
        try (DatasetWriter writer = ExportFormat.LABELME.open(new Dataset(inner, Optional.of(folder), classes))) {
            assertThatThrownBy(() -> writer.add(new ExportedImage("../a.jpg", RandomResults.of(SIZE))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("leads out");
        }
        assertThat(folder.resolve("a.json")).doesNotExist();
    }

    /** A key in a bucket may be longer than a file's name. */
    @Test
    void aNameThatIsTooLongForAFileIsRefused(@TempDir Path folder) throws IOException {
        try (DatasetWriter writer = ExportFormat.YOLO.open(new Dataset(folder, Optional.empty(), new ClassCatalog(List.of())))) {
            assertThatThrownBy(() -> writer.add(new ExportedImage("ü".repeat(130) + ".jpg", RandomResults.of(SIZE))))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("too long");
        }
    }

    @Test
    void imagesThatAreInNoFolderAreNamedAsIfTheyWereBesideTheirFiles(@TempDir Path folder) throws IOException {
        try (DatasetWriter writer = ExportFormat.LABELME.open(new Dataset(folder, Optional.empty(),
                new ClassCatalog(List.of())))) {
            writer.add(new ExportedImage("line 1/a.jpg", RandomResults.of(SIZE)));
        }

        assertThat(JSON.readTree(folder.resolve("line 1/a.json").toFile()).path("imagePath").textValue()).isEqualTo("a.jpg");
    }
}
