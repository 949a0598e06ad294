package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.embedded.decode.Decoding.columns;
import static io.github.camelroboflow.embedded.decode.Decoding.rows;
import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.github.camelroboflow.embedded.decode.BoxDetails.OrientedBox;
import io.github.camelroboflow.embedded.decode.BoxLayout.ColumnLayout;
import io.github.camelroboflow.embedded.decode.BoxLayout.EndToEndLayout;
import io.github.camelroboflow.embedded.session.FloatTensor.WrongOutputException;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrientedBoxTest {

    private static final float QUARTER = (float) (Math.PI / 4);
    private static final List<String> NAMES = List.of("ship", "plane");

    private static List<Detection> detect(float[]... anchors) {
        return Decoding.detections(new YoloDecoder(NAMES, new ColumnLayout(0, 2), new OrientedBox()), columns(anchors));
    }

    private static void assertCorners(Detection detection, double... coordinates) {
        assertThat(detection.points()).hasSize(4);
        for (int i = 0; i < 4; i++) {
            Point corner = detection.points().get(i);
            assertThat(corner.x()).isCloseTo(coordinates[2 * i], within(1e-4));
            assertThat(corner.y()).isCloseTo(coordinates[2 * i + 1], within(1e-4));
        }
    }

    @Test
    void cornersAreTurnedClockwiseAboutTheCentre() {
        Detection ship = detect(new float[] {100, 100, 60, 20, 0.9f, 0, QUARTER}).get(0);
        double far = 40 * Math.sqrt(0.5);
        double near = 20 * Math.sqrt(0.5);

        assertThat(ship.oriented()).isTrue();
        assertCorners(ship, 100 + near, 100 + far, 100 + far, 100 + near, 100 - near, 100 - far, 100 - far, 100 - near);
        assertThat(ship.box()).isEqualTo(new Box(72, 72, 128, 128));
    }

    @Test
    void theAngleOfATurnedBoxIsReducedToAQuarterTurn() {
        Detection one = detect(new float[] {100, 100, 60, 20, 0.9f, 0, QUARTER}).get(0);
        Detection same = detect(new float[] {100, 100, 20, 60, 0.9f, 0, 3 * QUARTER}).get(0);
        Detection negative = detect(new float[] {100, 100, 60, 20, 0.9f, 0, -3 * QUARTER}).get(0);

        for (int i = 0; i < 4; i++) {
            assertThat(same.points().get(i).x()).isCloseTo(one.points().get(i).x(), within(1e-4));
            assertThat(negative.points().get(i).y()).isCloseTo(one.points().get(i).y(), within(1e-4));
        }
    }

    @Test
    void crossedBoxesAreTwoObjectsAndTurnedCopiesAreOne() {
        List<Detection> crossed = detect(new float[] {100, 100, 120, 12, 0.9f, 0, QUARTER},
                new float[] {100, 100, 120, 12, 0.8f, 0, -QUARTER}, new float[] {101, 100, 120, 12, 0.7f, 0, QUARTER + 0.01f});

        assertThat(crossed).extracting(Detection::confidence).containsExactly((double) 0.9f, (double) 0.8f);
    }

    @Test
    void cornersBeyondTheImageStayAndTheUprightBoxIsCut() {
        Detection ship = detect(new float[] {10, 160, 60, 20, 0.9f, 0, 0}).get(0);

        assertCorners(ship, 40, 170, 40, 150, -20, 150, -20, 170);
        assertThat(ship.box()).isEqualTo(new Box(0, 150, 40, 170));
    }

    @Test
    void endToEndRowsHaveCentresAndTheAngleLast() {
        List<Detection> ships = Decoding.detections(new YoloDecoder(NAMES, new EndToEndLayout(0, 2, true), new OrientedBox()),
                rows(new float[] {100, 100, 60, 20, 0.9f, 1, 0}, new float[] {100, 100, 60, 20, 0.8f, 1, 0},
                new float[] {0, 0, 0, 0, 0, 0, 0}));

        assertThat(ships).hasSize(2);
        assertThat(ships.get(0).className()).isEqualTo("plane");
        assertCorners(ships.get(0), 130, 110, 130, 90, 70, 90, 70, 110);
    }

    @Test
    void theTaskIsThatOfRoboflowsProjects() {
        assertThat(new OrientedBox().task()).isEqualTo(Task.OBJECT_DETECTION);
    }

    @Test
    void anglesThatAreNoNumbersAreDroppedAndRefusedIfAllAre() {
        float[] bad = {10, 160, 60, 20, 0.9f, 0, Float.NaN};

        assertThat(detect(bad, new float[] {200, 160, 60, 20, 0.8f, 0, 0})).hasSize(1);
        assertThatExceptionOfType(WrongOutputException.class).isThrownBy(() -> detect(bad)).withMessageContaining("not finite");
    }

    /** The box of another class shows that the model is not at fault. */
    @Test
    void aModelIsNotRefusedForTheBrokenBoxesOfTheChosenClass() {
        OutputDecoder decoder = new YoloDecoder(NAMES, new ColumnLayout(0, 2), new OrientedBox());
        float[] bad = {10, 160, 60, 20, 0.9f, 0, Float.NaN};
        float[] plane = {200, 160, 60, 20, 0, 0.8f, 0};

        assertThat(Decoding.detections(decoder, InferenceOptions.DEFAULTS.with(CLASSES, List.of("ship")), columns(bad, plane)))
                .isEmpty();
    }
}
