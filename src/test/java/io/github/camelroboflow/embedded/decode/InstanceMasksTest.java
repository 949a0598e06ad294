package io.github.camelroboflow.embedded.decode;

import static io.github.camelroboflow.inference.InferenceOption.RESPONSE_MASK_FORMAT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.embedded.decode.InstanceMasks.PixelMask;
import io.github.camelroboflow.embedded.image.Region;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InferenceOptions.ResponseMaskFormat;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InstanceMasksTest {

    @BeforeAll
    static void load() {
        NativeLibraries.load();
    }

    /** Returns a mask at 10, 20; a letter is a pixel of the object, a dot is none. */
    private static PixelMask mask(String... rows) {
        byte[] pixels = new byte[rows.length * rows[0].length()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (rows[i / rows[0].length()].charAt(i % rows[0].length()) == '.' ? 0 : -1);
        }
        return new PixelMask(new Region(10, 20, rows[0].length(), rows.length), pixels);
    }

    @Test
    void theOutlineRunsThroughTheOutermostPixels() {
        assertThat(InstanceMasks.outline(mask("xxxx", "xxxx", "xxxx"))).containsExactly(new Point(10, 20), new Point(10, 22),
                new Point(13, 22), new Point(13, 20));
    }

    @Test
    void holesAreNotInTheOutline() {
        assertThat(InstanceMasks.outline(mask("xxxx", "x..x", "xxxx"))).hasSize(4);
    }

    @Test
    void thePartWithTheMostPointsGivesTheOutline() {
        List<Point> outline = InstanceMasks.outline(mask("xxx...x..", "xxx..xxx.", "xxx...x.."));

        assertThat(outline).containsExactlyInAnyOrder(new Point(16, 20), new Point(15, 21), new Point(16, 22), new Point(17, 21));
    }

    @Test
    void anEmptyMaskHasNoOutline() {
        assertThat(InstanceMasks.outline(PixelMask.EMPTY)).isEmpty();
        assertThat(InstanceMasks.outline(mask("...", "..."))).isEmpty();
    }

    @Test
    void runsHoldEveryPixel() {
        PixelMask mask = mask("x.x", ".xx", "x.x");
        Mask actual = InstanceMasks.runs(mask, new ImageSize(40, 30)).mask();

        assertThat(actual.area()).isEqualTo(6);
        for (int i = 0; i < 9; i++) {
            assertThat(actual.pixels().get((20 - actual.top() + i / 3) * actual.width() + 10 - actual.left() + i % 3))
                    .isEqualTo(mask.pixels()[i] != 0);
        }
    }

    @Test
    void runsContinueInTheNextColumnIfTheMaskReachesBothEdges() {
        PixelMask mask = new PixelMask(new Region(1, 0, 2, 2), new byte[] {-1, -1, -1, -1});

        assertThat(InstanceMasks.runs(mask, new ImageSize(4, 2)).runs()).containsExactly(2, 4, 2);
        assertThat(InstanceMasks.runs(mask, new ImageSize(3, 2)).runs()).startsWith(2, 4);
    }

    /** The result equals that of Roboflow's server: {@code points} without any, or runs if they were requested. */
    @Test
    void anObjectWithoutPixelsIsWrittenInTheRequestedForm() {
        Detection object = Detection.of(new Box(0, 0, 2, 2), 0.9, "gear", 0, "");
        InferenceOptions outlines = InferenceOptions.DEFAULTS;
        InferenceOptions runs = InferenceOptions.DEFAULTS.with(RESPONSE_MASK_FORMAT, ResponseMaskFormat.RLE);
        ImageSize image = new ImageSize(4, 2);
        Detections detections = new Detections(InferenceInfo.of("", 0, image),
                List.of(InstanceMasks.add(object, PixelMask.EMPTY, image, outlines),
                        InstanceMasks.add(object, PixelMask.EMPTY, image, runs)));

        JsonNode predictions = InferenceJson.write(detections).path("predictions");
        assertThat(predictions.get(0).toString()).endsWith("\"points\":[],\"mask_format\":\"polygon\"}");
        assertThat(predictions.get(1).toString()).endsWith("\"rle\":{\"size\":[2,4],\"counts\":\"8\"},\"mask_format\":\"rle\"}");
        assertThat(detections.coverage(name -> true)).isZero();
    }

    @Test
    void anEmptyMaskIsOneRunOutside() {
        assertThat(InstanceMasks.runs(PixelMask.EMPTY, new ImageSize(4, 2)).runs()).containsExactly(8);
    }
}
