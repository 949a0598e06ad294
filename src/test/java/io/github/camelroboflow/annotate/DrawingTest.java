package io.github.camelroboflow.annotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.annotate.Canvas.Palette;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.SemanticSegmentation.Plane;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Rle;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the pixels before they are encoded. */
class DrawingTest {

    private static final int WIDTH = 200;
    private static final int HEIGHT = 120;
    private static final InferenceInfo INFO = InferenceInfo.of("", 0, new ImageSize(WIDTH, HEIGHT));
    private static final Color CLASS_0 = new Color(0x4892EA);
    private static final Color CLASS_1 = new Color(0x00EEC3);
    private static final AnnotationStyle LABELS = new AnnotationStyle(Map.of(), true, 1, true);

    private static AnnotationStyle stroke(int stroke) {
        return new AnnotationStyle(Map.of(), false, stroke, true);
    }

    private static BufferedImage draw(Inference inference, AnnotationStyle style) {
        BufferedImage picture = Pictures.grey(WIDTH, HEIGHT);
        Annotator.paint(picture, inference, style);
        return picture;
    }

    @Test
    void ofAWorkflowTheOutputsForThisImageAreDrawn() {
        Detections some = detections(box(20, 30, 80, 90));
        Detections others = detections(box(100, 30, 150, 90));
        Detections cut = new Detections(InferenceInfo.of("", 0, new ImageSize(9, 9)), List.of(box(1, 1, 8, 8)));
        Inference outputs = InferenceJson.read("{\"a\":%s,\"cut\":%s,\"n\":1,\"b\":%s}"
                .formatted(some.toJson(), cut.toJson(), others.toJson()));
        Detections both = detections(box(20, 30, 80, 90), box(100, 30, 150, 90));

        assertThat(outputs).isInstanceOf(WorkflowOutputs.class);
        assertThat(pixels(draw(outputs, stroke(2)))).isEqualTo(pixels(draw(both, stroke(2))));
    }

    private static int[] pixels(BufferedImage picture) {
        return picture.getRGB(0, 0, WIDTH, HEIGHT, null, 0, WIDTH);
    }

    private static Detections detections(Detection... detections) {
        return new Detections(INFO, List.of(detections));
    }

    private static Detection box(double x1, double y1, double x2, double y2) {
        return Detection.of(new Box(x1, y1, x2, y2), 0.87, "bolt", 0, "");
    }

    private static Detection withParts(Detection box, List<Point> points, Rle rle, List<Keypoint> keypoints) {
        return new Detection(box.x(), box.y(), box.width(), box.height(), box.confidence(), box.className(), box.classId(), "",
                points, rle, keypoints);
    }

    @Test
    void aBoxIsDrawnOnItsOutermostPixelsAndNothingElseIs() {
        BufferedImage picture = draw(detections(box(40, 50, 100, 90)), AnnotationStyle.DEFAULTS);

        assertThat(Pictures.drawn(picture)).isEqualTo(new Rectangle(40, 50, 60, 40));
        assertThat(Pictures.count(picture, CLASS_0)).isEqualTo(2 * 60 + 2 * 38);
        assertThat(Pictures.count(picture, Pictures.GROUND)).isEqualTo(WIDTH * HEIGHT - 2 * 60 - 2 * 38);
        assertThat(Pictures.at(picture, 99, 89)).isEqualTo(CLASS_0);
    }

    @ParameterizedTest
    @CsvSource({"1, 40, 50, 60, 40", "2, 39, 49, 62, 42", "3, 39, 49, 62, 42", "6, 37, 47, 66, 46"})
    void linesAreAsWideAsTheStroke(int stroke, int x, int y, int width, int height) {
        BufferedImage picture = draw(detections(box(40, 50, 100, 90)), stroke(stroke));

        assertThat(Pictures.drawn(picture)).isEqualTo(new Rectangle(x, y, width, height));
        assertThat(Pictures.count(picture, CLASS_0)).isEqualTo(width * height - (width - 2 * stroke) * (height - 2 * stroke));
    }

    /** A client could request a stroke of thousands of pixels, with which mask outlines would take hours. */
    @Test
    void noLineIsSoWideThatItHidesTheImage() {
        Detections object = detections(box(40, 50, 100, 90));

        assertThat(pixels(draw(object, stroke(4000)))).isEqualTo(pixels(draw(object, stroke(20))));
    }

    @Test
    void aBoxOfTheWholeImageIsSeen() {
        BufferedImage picture = draw(detections(box(0, 0, WIDTH, HEIGHT)), AnnotationStyle.DEFAULTS);

        assertThat(Pictures.count(picture, CLASS_0)).isEqualTo(2 * WIDTH + 2 * (HEIGHT - 2));
    }

    @Test
    void whatLiesOutsideIsCutOff() {
        BufferedImage picture = draw(detections(box(-1e300, -5, 1e300, 60), box(150, 100, 1e9, 1e9), box(500, 500, 600, 600)),
                new AnnotationStyle(Map.of(), true, Integer.MAX_VALUE, true));

        assertThat(picture.getWidth()).isEqualTo(WIDTH);
        assertThat(Pictures.at(picture, 199, 119)).isNotEqualTo(Pictures.GROUND);
    }

    @Test
    void theMostConfidentBoxIsOnTop() {
        Detection sure = Detection.of(new Box(40, 50, 100, 90), 0.9, "nut", 1, "");

        assertThat(Pictures.count(draw(detections(sure, box(40, 50, 100, 90)), AnnotationStyle.DEFAULTS), CLASS_0)).isZero();
        assertThat(Pictures.count(draw(detections(box(40, 50, 100, 90), sure), AnnotationStyle.DEFAULTS), CLASS_0)).isZero();
    }

    @Test
    void aModelsOwnColours() {
        AnnotationStyle style = new AnnotationStyle(Map.of("bolt", "#C7FC00", "nut", "red"), false, 1, true);
        BufferedImage picture = draw(detections(box(40, 50, 100, 90), Detection.of(new Box(1, 1, 9, 9), 0.5, "nut", 1, "")), style);

        assertThat(Pictures.at(picture, 40, 50)).isEqualTo(new Color(0xC7FC00));
        assertThat(Pictures.at(picture, 1, 1)).isEqualTo(CLASS_1);
    }

    @Test
    void aPolygonRunsThroughItsPoints() {
        List<Point> triangle = List.of(new Point(60, 55), new Point(90, 85), new Point(60, 85));
        BufferedImage picture = draw(detections(withParts(box(40, 50, 100, 90), triangle, null, List.of())),
                AnnotationStyle.DEFAULTS);

        assertThat(List.of(Pictures.at(picture, 60, 70), Pictures.at(picture, 75, 70), Pictures.at(picture, 75, 85)))
                .containsOnly(CLASS_0);
        assertThat(Pictures.at(picture, 65, 75)).as("inside").isEqualTo(Pictures.GROUND);
    }

    @Test
    void anRleMaskIsOutlinedWithItsHoles() {
        boolean[][] mask = new boolean[WIDTH][HEIGHT];
        for (int x = 60; x < 90; x++) {
            Arrays.fill(mask[x], 60, 80, true);
        }
        mask[70][70] = false;
        BufferedImage picture = draw(detections(withParts(box(40, 50, 100, 90), List.of(), rle(mask), List.of())),
                AnnotationStyle.DEFAULTS);

        int boxPixels = 2 * 60 + 2 * 38;
        int outlinePixels = 2 * 30 + 2 * 18;
        assertThat(Pictures.count(picture, CLASS_0)).isEqualTo(boxPixels + outlinePixels + 4);
        assertThat(Pictures.at(picture, 60, 60)).isEqualTo(CLASS_0);
        assertThat(Pictures.at(picture, 89, 79)).isEqualTo(CLASS_0);
        assertThat(Pictures.at(picture, 69, 70)).as("beside the hole").isEqualTo(CLASS_0);
        assertThat(Pictures.at(picture, 70, 70)).as("in the hole").isEqualTo(Pictures.GROUND);
    }

    private static Rle rle(boolean[][] columns) {
        List<Integer> runs = new ArrayList<>();
        boolean inside = false;
        int run = 0;
        for (boolean[] column : columns) {
            for (boolean pixel : column) {
                if (pixel != inside) {
                    runs.add(run);
                    run = 0;
                    inside = pixel;
                }
                run++;
            }
        }
        runs.add(run);
        return Rle.ofRuns(columns.length, columns[0].length, runs);
    }

    @Test
    void keypointsAreDots() {
        Keypoint nose = new Keypoint(70, 70, 0.9, "nose", 0);
        BufferedImage picture = draw(detections(withParts(box(40, 50, 100, 90), List.of(), null, List.of(nose))),
                AnnotationStyle.DEFAULTS);

        assertThat(List.of(Pictures.at(picture, 70, 70), Pictures.at(picture, 67, 70), Pictures.at(picture, 70, 73)))
                .containsOnly(CLASS_0);
        assertThat(List.of(Pictures.at(picture, 66, 70), Pictures.at(picture, 74, 70), Pictures.at(picture, 67, 67)))
                .containsOnly(Pictures.GROUND);
    }

    @Test
    void aLabelStandsAboveItsBox() {
        BufferedImage plain = draw(detections(box(40, 50, 100, 90)), AnnotationStyle.DEFAULTS);
        BufferedImage labelled = draw(detections(box(40, 50, 100, 90)), LABELS);

        Rectangle drawn = Pictures.drawn(labelled);
        assertThat(drawn.y).isBetween(20, 40);
        assertThat(drawn.x).isEqualTo(40);
        assertThat(Pictures.count(labelled, CLASS_0)).as("the plate").isGreaterThan(Pictures.count(plain, CLASS_0) + 200);
        assertThat(Pictures.count(labelled, Color.WHITE)).as("the letters").isPositive();
        for (int y = 51; y < 89; y++) {
            assertThat(Pictures.at(labelled, 70, y)).as("within the box").isEqualTo(Pictures.GROUND);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "190, 0", "0, 110", "190, 110", "-50, -50", "150, 118"})
    void aLabelStaysInTheImage(int x, int y) {
        BufferedImage labelled = draw(detections(box(x, y, x + 8, y + 8)), LABELS);

        assertThat(Pictures.count(labelled, CLASS_0)).isGreaterThan(200);
        assertThat(Pictures.count(labelled, Color.WHITE)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "zahnräder", "車両", "سيارة", "🚗", "a\nb\tc", "\u202Eabc", "\0", "\uD83D"})
    void classNamesOfAnyKind(String name) {
        Detection detection = Detection.of(new Box(40, 50, 100, 90), 0.5, name, 0, "");

        assertThat(Pictures.count(draw(detections(detection), LABELS), Color.WHITE)).isPositive();
    }

    @Test
    void textOfALabel() {
        assertThat(Labels.text(new ClassScore("traffic light", 0, 0.8749))).isEqualTo("traffic light 0.87");
        assertThat(Labels.text(new ClassScore("a\r\nb", 0, 1))).isEqualTo("a  b 1.00");
        assertThat(Labels.text(new ClassScore("🚗".repeat(100_000), 0, 0.5))).isEqualTo("🚗".repeat(60) + "… 0.50");
    }

    @Test
    void textIsBlackOnLightColoursAndWhiteOnDarkOnes() {
        assertThat(Palette.textOn(new Color(0xEEEE17))).isEqualTo(Color.BLACK);
        assertThat(Palette.textOn(new Color(0x8C29FF))).isEqualTo(Color.WHITE);
    }

    @Test
    void nineColoursByClassId() {
        Palette palette = new Palette(Map.of());

        assertThat(palette.color("a", 0)).isEqualTo(CLASS_0);
        assertThat(palette.color("b", 8)).isEqualTo(new Color(0x8C29FF));
        assertThat(palette.color("c", 9)).isEqualTo(CLASS_0);
        assertThat(palette.color("unknown id", -1)).isEqualTo(palette.color("unknown id", -1));
    }

    @Test
    void aClassificationIsItsTopClassInTheCorner() {
        List<ClassScore> scores = List.of(new ClassScore("good", 1, 0.9), new ClassScore("bad", 0, 0.5));
        BufferedImage picture = draw(new Classification(INFO, scores, "good", 0.9), AnnotationStyle.DEFAULTS);

        assertThat(Pictures.at(picture, 0, 0)).isEqualTo(CLASS_1);
        assertThat(Pictures.count(picture, CLASS_0)).isZero();
        assertThat(Pictures.drawn(picture).height).isLessThan(30);
    }

    @Test
    void aClassificationWithoutAClassIsJustTheImage() {
        assertThat(Pictures.drawn(draw(new Classification(INFO, List.of(), "", 0), LABELS)).isEmpty()).isTrue();
    }

    @Test
    void theClassesOfAMultiLabelClassificationAreListed() {
        List<ClassScore> scores = List.of(new ClassScore("dry", 2, 0.1), new ClassScore("dark", 0, 0.6),
                new ClassScore("wet", 1, 0.9));
        BufferedImage picture = draw(new MultiLabelClassification(INFO, scores, List.of("dark", "wet")), AnnotationStyle.DEFAULTS);

        assertThat(Pictures.at(picture, 0, 0)).as("the most confident").isEqualTo(CLASS_1);
        assertThat(Pictures.at(picture, 0, Pictures.drawn(picture).height - 1)).isEqualTo(CLASS_0);
        assertThat(Pictures.count(picture, new Color(0xFE4EF0))).as("the one that does not apply").isZero();
    }

    @Test
    void moreClassesThanFitOnTheImage() {
        List<ClassScore> scores = IntStream.range(0, 300).mapToObj(i -> new ClassScore("c" + i, i, 0.9)).toList();
        List<String> names = scores.stream().map(ClassScore::className).toList();

        BufferedImage picture = draw(new MultiLabelClassification(INFO, scores, names), AnnotationStyle.DEFAULTS);
        assertThat(Pictures.at(picture, 0, 0)).isEqualTo(CLASS_0);
    }

    @Test
    void aSegmentationIsTintedByClassAndItsBackgroundIsNot() {
        Plane mask = new Plane(new ImageSize(2, 1), new byte[] {0, 1});
        SemanticSegmentation segmentation = new SemanticSegmentation(INFO, Map.of(0, "background", 1, "road"), mask, null);
        BufferedImage picture = draw(segmentation, AnnotationStyle.DEFAULTS);

        assertThat(Pictures.drawn(picture)).isEqualTo(new Rectangle(WIDTH / 2, 0, WIDTH / 2, HEIGHT));
        Color tint = Pictures.at(picture, 150, 60);
        assertThat(tint.getRed()).isBetween(62, 66);
        assertThat(tint.getGreen()).isBetween(181, 185);
        assertThat(tint.getBlue()).isBetween(159, 163);
        assertThat(Pictures.count(draw(segmentation, LABELS), Pictures.GROUND)).as("with the list of classes")
                .isLessThan(WIDTH / 2 * HEIGHT);
    }

    @Test
    void anOrientedBoxIsDrawnInsteadOfItsUprightBox() {
        Detection diamond = box(50, 20, 100, 70)
                .withOrientedBox(List.of(new Point(75, 20), new Point(100, 45), new Point(75, 70), new Point(50, 45)));
        BufferedImage picture = draw(detections(diamond), AnnotationStyle.DEFAULTS);

        assertThat(new Color(picture.getRGB(62, 32))).isEqualTo(CLASS_0);
        assertThat(new Color(picture.getRGB(87, 57))).isEqualTo(CLASS_0);
        assertThat(new Color(picture.getRGB(50, 20))).isEqualTo(new Color(picture.getRGB(0, 0)));
        assertThat(new Color(picture.getRGB(75, 45))).isEqualTo(new Color(picture.getRGB(0, 0)));
    }
}
