package io.github.camelroboflow.bench;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;

/** Draws the pictures of README.md: results of the sample models on sample images, as the program draws them. */
public final class SamplePictures {

    private static final int WIDTH = 480;
    private static final int QUALITY = 80;
    private static final Map<String, String> SAMPLES = Map.of("detection", "bolts-nuts-washers.jpg", "instances", "crowded.jpg",
            "keypoints", "bolts.jpg", "semantic", "mixed-parts-on-belt.jpg");
    private static final PrintStream OUT = System.out;

    private SamplePictures() {
    }

    /** @param args the folder for the pictures */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (Map.Entry<String, String> sample : SAMPLES.entrySet()) {
            byte[] file = Files.readAllBytes(Path.of("config/samples").resolve(sample.getValue()));
            BufferedImage original = ImageIO.read(new ByteArrayInputStream(file));
            ImageSize size = new ImageSize(WIDTH, WIDTH * original.getHeight() / original.getWidth());
            ImageSource image = ImageSource.of(sample.getValue(), Jpegs.resized(file, size, 0));
            byte[] picture = Jpegs.withQuality(
                    Annotator.draw(image, Drawings.of(image).get(sample.getKey()), AnnotationStyle.DEFAULTS), QUALITY);
            Path target = Files.write(folder.resolve(sample.getKey() + ".jpg"), picture);
            OUT.println(target + ": " + picture.length + " bytes");
        }
        System.exit(0);
    }
}
