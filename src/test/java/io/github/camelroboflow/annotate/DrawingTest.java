package io.github.camelroboflow.annotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.annotate.Labels.LabelFont;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.ModelDescription.Skeleton;
import io.github.camelroboflow.inference.ModelDescription.SkeletonEdge;
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
    private static final Palette PALETTE = new Palette(Appearance.UNKNOWN);
    private static final Color BOLT = PALETTE.color("bolt");
    private static final AnnotationStyle THIN = stroke(1);
    private static final AnnotationStyle LABELS = new AnnotationStyle(Appearance.UNKNOWN, true, 1, true);
    /** The opacity of areas. */
    private static final double OPACITY = Canvas.TRANSLUCENT / 255.0;

    private static AnnotationStyle stroke(int stroke) {
        return new AnnotationStyle(Appearance.UNKNOWN, false, stroke, true);
    }

    /** Returns the color of the ground under a translucent color. */
    private static Color tinted(Color color) {
        return new Color(mixed(color.getRed()), mixed(color.getGreen()), mixed(color.getBlue()));
    }

    private static int mixed(int channel) {
        return (int) Math.rint(OPACITY * channel + (1 - OPACITY) * Pictures.GROUND.getRed());
    }

    private static void assertSimilar(Color actual, Color expected) {
        assertThat(Math.abs(actual.getRed() - expected.getRed()) + Math.abs(actual.getGreen() - expected.getGreen())
                + Math.abs(actual.getBlue() - expected.getBlue())).as("%s is like %s", actual, expected).isLessThan(12);
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

    /** The same object comes before and after a filter. */
    @Test
    void anObjectInSeveralOutputsHasOneLabel() {
        Detections some = detections(box(20, 30, 80, 90));
        Inference outputs = InferenceJson.read("{\"a\":%s,\"b\":%s}".formatted(some.toJson(), some.toJson()));

        assertThat(pixels(draw(outputs, LABELS))).isEqualTo(pixels(draw(some, LABELS)));
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
        BufferedImage picture = draw(detections(box(40, 50, 100, 90)), THIN);

        assertThat(Pictures.drawn(picture)).isEqualTo(new Rectangle(40, 50, 60, 40));
        assertThat(Pictures.count(picture, BOLT)).isEqualTo(2 * 60 + 2 * 38);
        assertThat(Pictures.count(picture, Pictures.GROUND)).isEqualTo(WIDTH * HEIGHT - 2 * 60 - 2 * 38);
        assertThat(Pictures.at(picture, 99, 89)).isEqualTo(BOLT);
    }

    @ParameterizedTest
    @CsvSource({"1, 40, 50, 60, 40", "2, 39, 49, 62, 42", "3, 39, 49, 62, 42", "6, 37, 47, 66, 46"})
    void linesAreAsWideAsTheStroke(int stroke, int x, int y, int width, int height) {
        BufferedImage picture = draw(detections(box(40, 50, 100, 90)), stroke(stroke));

        assertThat(Pictures.drawn(picture)).isEqualTo(new Rectangle(x, y, width, height));
        assertThat(Pictures.count(picture, BOLT)).isEqualTo(width * height - (width - 2 * stroke) * (height - 2 * stroke));
    }

    /** A client could request a stroke of thousands of pixels, with which mask outlines would take hours. */
    @Test
    void noLineIsSoWideThatItHidesTheImage() {
        Detections object = detections(box(40, 50, 100, 90));

        assertThat(pixels(draw(object, stroke(4000)))).isEqualTo(pixels(draw(object, stroke(20))));
    }

    @Test
    void aBoxOfTheWholeImageIsSeen() {
        BufferedImage picture = draw(detections(box(0, 0, WIDTH, HEIGHT)), THIN);

        assertThat(Pictures.count(picture, BOLT)).isEqualTo(2 * WIDTH + 2 * (HEIGHT - 2));
    }

    @Test
    void whatLiesOutsideIsCutOff() {
        BufferedImage picture = draw(detections(box(-1e300, -5, 1e300, 60), box(150, 100, 1e9, 1e9), box(500, 500, 600, 600)),
                new AnnotationStyle(Appearance.UNKNOWN, true, Integer.MAX_VALUE, true));

        assertThat(picture.getWidth()).isEqualTo(WIDTH);
        assertThat(Pictures.at(picture, 199, 119)).isNotEqualTo(Pictures.GROUND);
    }

    @Test
    void theMostConfidentBoxIsOnTop() {
        Detection sure = Detection.of(new Box(40, 50, 100, 90), 0.9, "nut", 1, "");

        assertThat(Pictures.count(draw(detections(sure, box(40, 50, 100, 90)), THIN), BOLT)).isZero();
        assertThat(Pictures.count(draw(detections(box(40, 50, 100, 90), sure), THIN), BOLT)).isZero();
    }

    @Test
    void linesAndTextScaleWithTheImage() {
        for (int side : List.of(100, 300, 640, 3000)) {
            BufferedImage picture = Pictures.grey(side * 4 / 3, side);
            Annotator.paint(picture, detections(box(side * 0.2, side * 0.3, side * 0.8, side * 0.9)), AnnotationStyle.DEFAULTS);
            int y = (int) (side * 0.7);
            int width = (int) IntStream.range(side / 10, side / 2).filter(x -> Pictures.at(picture, x, y).equals(BOLT)).count();
            int label = (int) (side * 0.3) - Pictures.drawn(picture).y;

            assertThat(width).as("line on %d pixels", side).isEqualTo(Map.of(100, 1, 300, 2, 640, 2, 3000, 9).get(side));
            assertThat(label).as("label on %d pixels", side).isBetween(Math.max(12, side / 40), Math.max(20, side / 25));
        }
    }

    @Test
    void colorsComeWithTheResultOrElseWithTheStyle() {
        Appearance own = new Appearance(List.of(), Map.of("bolt", "#C7FC00"), Map.of());
        Appearance other = new Appearance(List.of(), Map.of("bolt", "#010203"), Map.of());
        AnnotationStyle style = new AnnotationStyle(other, false, 1, true);
        Detections plain = detections(box(40, 50, 100, 90));

        assertThat(Pictures.at(draw(new Detections(INFO.withAppearance(own), plain.predictions()), style), 40, 50))
                .isEqualTo(new Color(0xC7FC00));
        assertThat(Pictures.at(draw(plain, style), 40, 50)).isEqualTo(new Color(0x010203));
    }

    @Test
    void aPolygonRunsThroughItsPoints() {
        List<Point> triangle = List.of(new Point(60, 55), new Point(90, 85), new Point(60, 85));
        BufferedImage picture = draw(detections(withParts(box(40, 50, 100, 90), triangle, null, List.of())),
                THIN);

        assertThat(List.of(Pictures.at(picture, 60, 70), Pictures.at(picture, 75, 85))).containsOnly(BOLT);
        assertThat(Pictures.at(picture, 75, 70)).as("the slope").isNotEqualTo(Pictures.GROUND);
        assertSimilar(Pictures.at(picture, 65, 75), tinted(BOLT));
        assertThat(Pictures.at(picture, 85, 60)).as("outside").isEqualTo(Pictures.GROUND);
    }

    @Test
    void anRleMaskIsCoveredAndOutlined() {
        boolean[][] mask = new boolean[WIDTH][HEIGHT];
        for (int x = 60; x < 90; x++) {
            Arrays.fill(mask[x], 60, 80, true);
        }
        mask[70][70] = false;
        BufferedImage picture = draw(detections(withParts(box(40, 50, 100, 90), List.of(), rle(mask), List.of())),
                THIN);

        assertSimilar(Pictures.at(picture, 60, 70), BOLT);
        assertSimilar(Pictures.at(picture, 75, 79), BOLT);
        assertThat(Pictures.at(picture, 59, 70)).isEqualTo(Pictures.GROUND);
        assertSimilar(Pictures.at(picture, 63, 63), tinted(BOLT));
        assertThat(Pictures.at(picture, 70, 69)).as("beside the hole").isNotEqualTo(tinted(BOLT));
        assertThat(Pictures.at(picture, 95, 70)).as("in the box only").isEqualTo(Pictures.GROUND);
    }

    @Test
    void theHoleOfAMaskStaysClear() {
        boolean[][] mask = new boolean[WIDTH][HEIGHT];
        for (int x = 50; x < 90; x++) {
            Arrays.fill(mask[x], 55, 85, true);
        }
        for (int x = 60; x < 80; x++) {
            Arrays.fill(mask[x], 62, 78, false);
        }
        BufferedImage picture = draw(detections(withParts(box(40, 50, 100, 90), List.of(), rle(mask), List.of())), THIN);

        assertThat(Pictures.at(picture, 70, 70)).isEqualTo(Pictures.GROUND);
        assertSimilar(Pictures.at(picture, 55, 70), tinted(BOLT));
    }

    /** Outlines of such a mask would cover it and take minutes on a large image. */
    @Test
    void aMaskOfNoiseIsCoveredWithoutOutlines() {
        int side = 600;
        boolean[][] mask = new boolean[side][side];
        for (int x = 0; x < side; x++) {
            for (int y = x % 2; y < side; y += 2) {
                mask[x][y] = true;
            }
        }
        BufferedImage picture = Pictures.grey(side, side);
        Annotator.paint(picture, detections(withParts(box(0, 0, side, side), List.of(), rle(mask), List.of())), THIN);

        assertSimilar(Pictures.at(picture, 300, 300), tinted(BOLT));
        assertThat(Pictures.at(picture, 301, 300)).isEqualTo(Pictures.GROUND);
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
                THIN);

        assertThat(List.of(Pictures.at(picture, 70, 70), Pictures.at(picture, 68, 70), Pictures.at(picture, 70, 71)))
                .containsOnly(BOLT);
        assertThat(List.of(Pictures.at(picture, 65, 70), Pictures.at(picture, 75, 70), Pictures.at(picture, 66, 66)))
                .containsOnly(Pictures.GROUND);
    }

    @Test
    void keypointsAreJoinedByTheEdgesOfTheirModel() {
        List<Keypoint> keypoints = List.of(new Keypoint(50, 70, 0.9, "head", 0), new Keypoint(90, 70, 0.9, "tip", 2),
                new Keypoint(90, 85, 0.9, "side", 3));
        Appearance skeleton = new Appearance(List.of("bolt"), Map.of(),
                Map.of(0, new Skeleton(List.of("head", "neck", "tip", "side"),
                        List.of(new SkeletonEdge(0, 2), new SkeletonEdge(1, 3)))));
        Detection bolt = withParts(box(40, 50, 100, 90), List.of(), null, keypoints);
        BufferedImage picture = draw(new Detections(INFO.withAppearance(skeleton), List.of(bolt)), stroke(3));

        assertThat(Pictures.at(picture, 70, 70)).isEqualTo(BOLT);
        assertThat(Pictures.at(picture, 90, 78)).as("no edge, since keypoint 1 was not found").isEqualTo(Pictures.GROUND);
        assertThat(Pictures.at(draw(detections(bolt), stroke(3)), 70, 70)).as("without edges").isEqualTo(Pictures.GROUND);
    }

    @Test
    void thePeopleOfCocoHaveTheirSkeletonByName() {
        List<Keypoint> keypoints = List.of(new Keypoint(50, 70, 0.9, "left-knee", 13), new Keypoint(90, 70, 0.9, "left_hip", 11));
        BufferedImage picture = draw(detections(withParts(box(40, 50, 100, 90), List.of(), null, keypoints)), stroke(3));

        assertThat(Pictures.at(picture, 70, 70)).isEqualTo(BOLT);
    }

    @Test
    void aLabelStandsAboveItsBox() {
        BufferedImage plain = draw(detections(box(40, 50, 100, 90)), THIN);
        BufferedImage labelled = draw(detections(box(40, 50, 100, 90)), LABELS);

        Rectangle drawn = Pictures.drawn(labelled);
        assertThat(drawn.y).isBetween(20, 40);
        assertThat(drawn.x).isEqualTo(40);
        assertThat(Pictures.count(labelled, BOLT)).as("the plate").isGreaterThan(Pictures.count(plain, BOLT) + 200);
        assertThat(Pictures.count(labelled, Palette.textOn(BOLT))).as("the letters").isPositive();
        for (int y = 51; y < 89; y++) {
            assertThat(Pictures.at(labelled, 70, y)).as("within the box").isEqualTo(Pictures.GROUND);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "190, 0", "0, 110", "190, 110", "-50, -50", "150, 118"})
    void aLabelStaysInTheImage(int x, int y) {
        BufferedImage labelled = draw(detections(box(x, y, x + 8, y + 8)), LABELS);

        assertThat(Pictures.count(labelled, BOLT)).isGreaterThan(200);
        assertThat(Pictures.count(labelled, Palette.textOn(BOLT))).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "zahnräder", "車両", "سيارة", "🚗", "a\nb\tc", "\u202Eabc", "\0", "\uD83D"})
    void classNamesOfAnyKind(String name) {
        Detection detection = Detection.of(new Box(40, 50, 100, 90), 0.5, name, 0, "");

        assertThat(Pictures.count(draw(detections(detection), LABELS), Palette.textOn(PALETTE.color(name)))).isPositive();
    }

    @Test
    void textOfALabel() {
        assertThat(Labels.text(new ClassScore("traffic light", 0, 0.8749))).isEqualTo("traffic light 0.87");
        assertThat(Labels.text(new ClassScore("a\r\nb", 0, 1))).isEqualTo("a  b 1.00");
        assertThat(Labels.text(new ClassScore("🚗".repeat(100_000), 0, 0.5))).isEqualTo("🚗".repeat(60) + "… 0.50");
    }

    @Test
    void aTextThatIsWiderThanTheImageKeepsItsEnd() {
        LabelFont font = new LabelFont(Pictures.grey(1, 1).createGraphics(), 12);
        String text = "a very long name of a class 0.87";

        assertThat(font.fitted(text, font.width(text))).isEqualTo(text);
        assertThat(font.fitted(text, font.width(text) / 2)).startsWith("a v").endsWith("… 0.87");
        assertThat(font.width(font.fitted(text, font.width(text) / 2))).isLessThanOrEqualTo(font.width(text) / 2);
        assertThat(font.fitted(text, 1)).isEqualTo("… 0.87");
    }

    @Test
    void aClassificationIsABannerOfItsTopClass() {
        List<ClassScore> scores = List.of(new ClassScore("good", 1, 0.9), new ClassScore("bad", 0, 0.5));
        BufferedImage picture = draw(new Classification(INFO, scores, "good", 0.9), THIN);

        Rectangle drawn = Pictures.drawn(picture);
        assertThat(drawn.width).isEqualTo(WIDTH);
        assertThat(drawn.height).isBetween(18, 30);
        assertThat(Pictures.count(picture, PALETTE.color("bad"))).isZero();
        assertThat(IntStream.range(0, WIDTH).filter(x -> Pictures.at(picture, x, drawn.height - 1).equals(PALETTE.color("good")))
                .count()).as("the bar is as long as the confidence").isEqualTo(WIDTH * 9 / 10);
    }

    @Test
    void aClassificationWithoutAClassIsJustTheImage() {
        assertThat(Pictures.drawn(draw(new Classification(INFO, List.of(), "", 0), LABELS)).isEmpty()).isTrue();
    }

    @Test
    void theClassesOfAMultiLabelClassificationAreListed() {
        List<ClassScore> scores = List.of(new ClassScore("oily", 2, 0.1), new ClassScore("dark", 0, 0.6),
                new ClassScore("wet", 1, 0.9));
        BufferedImage picture = draw(new MultiLabelClassification(INFO, scores, List.of("dark", "wet")), THIN);

        int bottom = Pictures.drawn(picture).height - 1;
        assertThat(Pictures.at(picture, 0, bottom / 2)).as("the most confident").isEqualTo(PALETTE.color("wet"));
        assertThat(Pictures.at(picture, 0, bottom)).isEqualTo(PALETTE.color("dark"));
        assertThat(Pictures.count(picture, PALETTE.color("oily"))).as("the one that does not apply").isZero();
    }

    @Test
    void moreClassesThanFitOnHalfOfTheImage() {
        List<ClassScore> scores = IntStream.range(0, 300).mapToObj(i -> new ClassScore("c" + i, i, 0.9)).toList();
        List<String> names = scores.stream().map(ClassScore::className).toList();

        BufferedImage picture = draw(new MultiLabelClassification(INFO, scores, names), THIN);
        assertThat(Pictures.drawn(picture).height).isBetween(HEIGHT / 4, HEIGHT / 2);
    }

    @Test
    void aSegmentationIsTintedByClassAndItsBackgroundIsNot() {
        Plane mask = new Plane(new ImageSize(2, 1), new byte[] {0, 1});
        SemanticSegmentation segmentation = new SemanticSegmentation(INFO, Map.of(0, "background", 1, "road"), mask, null);
        BufferedImage picture = draw(segmentation, THIN);

        Rectangle drawn = Pictures.drawn(picture);
        assertThat(drawn.x).isBetween(WIDTH / 2 - 1, WIDTH / 2 + 1);
        assertThat(drawn.height).isEqualTo(HEIGHT);
        assertSimilar(Pictures.at(picture, 150, 60), tinted(PALETTE.color("road")));
        assertThat(Pictures.count(draw(segmentation, LABELS), Pictures.GROUND)).as("with the legend")
                .isLessThan(WIDTH / 2 * HEIGHT - 500);
    }

    @Test
    void anOrientedBoxIsDrawnInsteadOfItsUprightBox() {
        Detection diamond = box(50, 20, 100, 70)
                .withOrientedBox(List.of(new Point(75, 20), new Point(100, 45), new Point(75, 70), new Point(50, 45)));
        BufferedImage picture = draw(detections(diamond), THIN);

        assertThat(new Color(picture.getRGB(62, 32))).isNotEqualTo(Pictures.GROUND);
        assertThat(new Color(picture.getRGB(87, 57))).isNotEqualTo(Pictures.GROUND);
        assertThat(new Color(picture.getRGB(50, 20))).isEqualTo(new Color(picture.getRGB(0, 0)));
        assertThat(new Color(picture.getRGB(75, 45))).isEqualTo(new Color(picture.getRGB(0, 0)));
    }
}
