package io.github.camelroboflow.annotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.ModelDescription.Appearance;
import java.awt.Color;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PaletteTest {

    private static final Palette PLAIN = new Palette(Appearance.UNKNOWN);

    private static Palette of(String... classes) {
        return new Palette(new Appearance(List.of(classes), Map.of(), Map.of()));
    }

    @Test
    void aClassHasTheSameColourWithAllModels() {
        assertThat(of("nut", "bolt").color("bolt")).isEqualTo(of("bolt", "gear").color("bolt")).isEqualTo(PLAIN.color("bolt"));
        assertThat(PLAIN.color("Traffic Light ")).isEqualTo(PLAIN.color("traffic light"));
    }

    @Test
    void theClassesOfAModelHaveDifferentColoursAsLongAsThereAreAny() {
        String[] classes = new String[Palette.colors().size()];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = "class" + i;
        }

        assertThat(List.of(classes)).extracting(of(classes)::color).containsExactlyInAnyOrderElementsOf(Palette.colors());
    }

    @Test
    void moreClassesThanColours() {
        String[] classes = new String[100];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = "class" + i;
        }

        assertThat(List.of(classes)).extracting(of(classes)::color).isSubsetOf(Palette.colors());
    }

    @Test
    void theColoursOfTheModelsOwner() {
        Palette palette = new Palette(new Appearance(List.of("bolt", "nut"),
                Map.of("bolt", "#C7FC00", "nut", "red", "gear", "#010203"), Map.of()));

        assertThat(palette.color("bolt")).isEqualTo(new Color(0xC7FC00));
        assertThat(palette.color("nut")).as("no color").isEqualTo(PLAIN.color("nut"));
        assertThat(palette.color("gear")).isEqualTo(new Color(0x010203));
    }

    @Test
    void textIsBlackOnLightColoursAndWhiteOnDarkOnes() {
        assertThat(Palette.textOn(new Color(0xEEEE17))).isEqualTo(Color.BLACK);
        assertThat(Palette.textOn(new Color(0x332288))).isEqualTo(Color.WHITE);
    }

    /** The difference of 15 in CIELAB is that of the closest two colours of Okabe and Ito. */
    @ParameterizedTest
    @EnumSource
    void theColoursDifferForAllReaders(Vision vision) {
        List<Color> colors = Palette.colors();
        for (int i = 0; i < colors.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(vision.difference(colors.get(i), colors.get(j))).as("%s and %s", colors.get(i), colors.get(j))
                        .isGreaterThan(15);
            }
        }
    }

    /**
     * The colours that readers see (G. Machado, M. Oliveira, L. Fernandes, "A Physiologically-based Model for Simulation of Color
     * Vision Deficiency", 2009, severity 1; in linear RGB).
     */
    private enum Vision {
        NORMAL(1, 0, 0, 0, 1, 0, 0, 0, 1),
        PROTANOPIA(0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998),
        DEUTERANOPIA(0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881),
        TRITANOPIA(1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900);

        private final double[] matrix;

        Vision(double... matrix) {
            this.matrix = matrix;
        }

        private double difference(Color one, Color other) {
            double[] a = lab(seen(one));
            double[] b = lab(seen(other));
            return Math.sqrt(Math.pow(a[0] - b[0], 2) + Math.pow(a[1] - b[1], 2) + Math.pow(a[2] - b[2], 2));
        }

        private double[] seen(Color color) {
            double[] linear = {linear(color.getRed()), linear(color.getGreen()), linear(color.getBlue())};
            double[] seen = new double[3];
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    seen[i] += matrix[3 * i + j] * linear[j];
                }
                seen[i] = Math.max(0, Math.min(1, seen[i]));
            }
            return seen;
        }

        private static double linear(int channel) {
            double share = channel / 255.0;
            return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
        }

        /** Returns lightness, green to red, and blue to yellow (CIE 1976, white D65). */
        private static double[] lab(double[] rgb) {
            double x = bent((0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2]) / 0.95047);
            double y = bent(0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2]);
            double z = bent((0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2]) / 1.08883);
            return new double[] {116 * y - 16, 500 * (x - y), 200 * (y - z)};
        }

        private static double bent(double share) {
            return share > 216.0 / 24389 ? Math.cbrt(share) : (24389.0 / 27 * share + 16) / 116;
        }
    }
}
