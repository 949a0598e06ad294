package io.github.camelroboflow.annotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.annotate.Labels.Label;
import io.github.camelroboflow.annotate.Labels.Layout;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.geometry.Box;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Measures how much of the labels' area is covered by other labels, on images with many objects. */
class CrowdedLabelsTest {

    private static final double ALLOWED = 0.05;
    private static final int MANY = 60;
    private static final Path ANSWERS = Path.of("src/test/resources/golden/expected");

    /** The recorded answers with many objects; the others are not crowded. */
    static Stream<Arguments> goldens() throws IOException {
        List<Arguments> crowded = new ArrayList<>();
        try (Stream<Path> files = Files.list(ANSWERS)) {
            for (Path file : files.sorted().toList()) {
                if (InferenceJson.read(Files.readAllBytes(file)) instanceof Detections detections
                        && detections.predictions().size() >= MANY) {
                    crowded.add(Arguments.of(file.getFileName().toString(), detections));
                }
            }
        }
        assertThat(crowded).hasSizeGreaterThan(20);
        return crowded.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("goldens")
    void labelsOfRecordedAnswersHardlyCoverEachOther(String name, Detections detections) {
        assertReadable(new Dimension(detections.info().image().width(), detections.info().image().height()), labels(detections));
    }

    static Stream<Arguments> crowds() {
        return Stream.of(300, 640, 1920, 4000).flatMap(width -> Stream.of(100, 200, 300).map(count -> Arguments.of(width, count)));
    }

    @ParameterizedTest(name = "{1} objects on {0} pixels")
    @MethodSource("crowds")
    void labelsOfRandomObjectsHardlyCoverEachOther(int width, int count) {
        Dimension image = new Dimension(width, width * 3 / 4);
        Random random = new Random(count);
        List<Label> labels = IntStream.range(0, count).mapToObj(i -> {
            double side = image.width * (0.02 + 0.1 * random.nextDouble());
            double left = random.nextDouble() * (image.width - side);
            double top = random.nextDouble() * (image.height - side);
            return new Label("washer 0." + (10 + i % 90), new Box(left, top, left + side, top + side), Color.BLUE);
        }).toList();

        double missing = assertReadable(image, labels);
        if (width >= 1920) {
            assertThat(missing).as("share without label").isLessThan(0.3);
        }
    }

    private static List<Label> labels(Detections detections) {
        return detections.predictions().stream().sorted(Comparator.comparingDouble(Detection::confidence).reversed())
                .map(detection -> new Label(Labels.text(detection), detection.box(), Color.BLUE)).toList();
    }

    /** Returns the share of objects without label. */
    private static double assertReadable(Dimension image, List<Label> labels) {
        BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR);
        Layout layout = new Labels(picture.createGraphics(), image).layout(labels, List.of());
        List<Rectangle> places = Stream.concat(layout.places().stream(), Stream.ofNullable(layout.note())).filter(Objects::nonNull)
                .toList();

        BitSet drawn = new BitSet();
        long area = 0;
        for (Rectangle place : places) {
            assertThat(new Rectangle(image).contains(place)).as("in the image: %s", place).isTrue();
            area += (long) place.width * place.height;
            for (int y = place.y; y < place.y + place.height; y++) {
                drawn.set(y * image.width + place.x, y * image.width + place.x + place.width);
            }
        }
        assertThat((double) (area - drawn.cardinality()) / area).as("covered share").isLessThan(ALLOWED);
        assertThat(layout.missing(labels.size()) > 0).as("a note tells how many have no label").isEqualTo(layout.note() != null);
        return (double) layout.missing(labels.size()) / labels.size();
    }
}
