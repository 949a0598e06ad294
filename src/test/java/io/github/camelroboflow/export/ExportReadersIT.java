package io.github.camelroboflow.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.export.ExportFormat.Dataset;
import io.github.camelroboflow.export.ExportFormat.DatasetWriter;
import io.github.camelroboflow.export.RandomResults.Kind;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The formats' own readers read what we write: pycocotools (COCO's reference) and LabelMe, where Python has them; else these
 * tests are skipped. Install Debian's {@code labelme}, and {@code pycocotools} with pip.
 */
class ExportReadersIT {

    private static final String COCO = """
            import json, sys
            from pycocotools.coco import COCO
            sys.stdout, out = sys.stderr, sys.stdout
            coco = COCO(sys.argv[1])
            read = []
            for image in sorted(coco.getImgIds()):
                for a in coco.loadAnns(sorted(coco.getAnnIds(imgIds=[image]))):
                    pixels = int(coco.annToMask(a).sum()) if a['segmentation'] else 0
                    read.append(dict(bbox=a['bbox'], pixels=pixels, name=coco.cats[a['category_id']]['name'],
                        file=coco.imgs[image]['file_name'], found=sum(1 for v in a.get('keypoints', [])[2::3] if v > 0)))
            json.dump(read, out)
            """;
    private static final String LABELME = """
            import json, sys
            from labelme.label_file import LabelFile
            file = LabelFile(sys.argv[1])
            json.dump(dict(path=file.imagePath, bytes=len(file.imageData), shapes=file.shapes), sys.stdout)
            """;

    @TempDir
    private Path folder;

    private static void assumeModule(String name) throws IOException, InterruptedException {
        boolean found;
        try {
            found = new ProcessBuilder("python3", "-c", "import " + name).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            found = false;
        }
        assumeTrue(found, "python3 has no module " + name);
    }

    private JsonNode read(String script, Path file) throws IOException, InterruptedException {
        Path output = folder.resolve("read.json");
        Path errors = folder.resolve("errors.txt");
        Process python = new ProcessBuilder("python3", "-c", script, file.toString()).redirectOutput(output.toFile())
                .redirectError(errors.toFile()).start();
        assertThat(python.waitFor()).as(() -> errors + " " + contentOf(errors)).isZero();
        return new ObjectMapper().readTree(output.toFile());
    }

    private static Detections withObjects(Kind kind) {
        RandomResults results = new RandomResults(7);
        return Stream.generate(() -> results.next(kind)).filter(result -> !result.predictions().isEmpty()).findFirst()
                .orElseThrow();
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void cocosReferenceReadsTheSame(Kind kind) throws Exception {
        assumeModule("pycocotools");
        List<Detections> results = new ArrayList<>();
        ClassCatalog classes = new ClassCatalog(RandomResults.CLASSES);
        for (int seed = 0; seed < 50; seed++) {
            results.add(new RandomResults(seed).next(kind));
            classes.add(results.get(seed));
        }
        try (DatasetWriter writer = ExportFormat.COCO.open(new Dataset(folder, Optional.of(folder), classes))) {
            for (int i = 0; i < results.size(); i++) {
                writer.add(new ExportedImage(i + ".jpg", results.get(i)));
            }
        }

        JsonNode read = read(COCO, folder.resolve("annotations.json"));

        int next = 0;
        for (int i = 0; i < results.size(); i++) {
            for (Detection object : results.get(i).predictions()) {
                JsonNode annotation = read.get(next++);
                assertThat(annotation.path("file").textValue()).isEqualTo(i + ".jpg");
                assertThat(annotation.path("name").textValue()).isEqualTo(object.className());
                assertThat(annotation.path("bbox").get(2).doubleValue()).isCloseTo(object.width(), within(0.001));
                assertThat(annotation.path("found").intValue()).isEqualTo(object.keypoints().size());
                if (kind == Kind.MASK) {
                    assertThat(annotation.path("pixels").longValue()).isEqualTo(object.rle().mask().area());
                }
            }
        }
        assertThat(read).hasSize(next);
    }

    @Test
    void cocosReferenceFindsTheSkeleton() throws Exception {
        assumeModule("pycocotools");
        Detections result = ExportFormatTest.ofModelWithSkeleton();
        ClassCatalog classes = new ClassCatalog(List.of());
        classes.add(result);
        Path file = Files.writeString(folder.resolve("a.json"),
                ExportFormat.COCO.document(new ExportedImage("a.jpg", result), classes));

        JsonNode read = read("""
                import json, sys
                from pycocotools.coco import COCO
                sys.stdout, out = sys.stderr, sys.stdout
                coco = COCO(sys.argv[1])
                lines = []
                for a in coco.anns.values():
                    names, points = coco.loadCats(a['category_id'])[0]['keypoints'], a['keypoints']
                    assert len(points) == 3 * len(names)
                    lines.append([[names[end - 1] for end in edge] for edge in coco.loadCats(a['category_id'])[0]['skeleton']])
                json.dump(lines, out)
                """, file);

        assertThat(read.toString()).isEqualTo("[[[\"head\",\"tip\"]],[[\"head\",\"tip\"]]]");
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "MASK", mode = EnumSource.Mode.EXCLUDE)
    void labelMeOpensTheShapes(Kind kind) throws Exception {
        assumeModule("labelme.label_file");
        Files.copy(Path.of("config/samples/gears.jpg"), folder.resolve("gears.jpg"));
        Detections result = withObjects(kind);
        ExportedImage exported = new ExportedImage("gears.jpg", result);

        JsonNode read = read(LABELME, Files.writeString(folder.resolve("gears.json"),
                ExportFormat.LABELME.document(exported, new ClassCatalog(RandomResults.CLASSES))));

        assertThat(read.path("path").textValue()).isEqualTo("gears.jpg");
        assertThat(read.path("bytes").longValue()).isPositive();
        assertThat(read.path("shapes")).hasSize(result.predictions().size()
                + result.predictions().stream().mapToInt(object -> object.keypoints().size()).sum());
    }

    @Test
    void aMaskIsAPolygonInLabelMe() throws Exception {
        assumeModule("labelme.label_file");
        Files.copy(Path.of("config/samples/gears.jpg"), folder.resolve("gears.jpg"));
        Detections result = withObjects(Kind.MASK);

        JsonNode read = read(LABELME, Files.writeString(folder.resolve("gears.json"), ExportFormat.LABELME
                .document(new ExportedImage("gears.jpg", result), new ClassCatalog(RandomResults.CLASSES))));

        assertThat(read.path("shapes")).isNotEmpty().allSatisfy(shape ->
                assertThat(shape.path("shape_type").textValue()).isEqualTo("polygon"));
    }
}
