package io.github.camelroboflow.faults;

import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** What an image can show, each of them chosen for by a condition of its own in the shipped routes. */
enum Parts {
    GEARS("gears.jpg", "gears"), FASTENERS("single-bolt.jpg", "fasteners"), SCRATCHES("scratched-belt.jpg", "scratches"),
    NOTHING("empty belt.jpg", "nothing-found");

    private static final int WIDTH = 320;

    private final byte[] picture;
    private final String choice;

    Parts(String sample, String choice) {
        this.picture = smaller(Path.of("config/samples", sample));
        this.choice = choice;
    }

    /** A JPEG of some 20 KB. */
    byte[] picture() {
        return picture;
    }

    /** The last part of the folder, the queue or the address that the shipped routes give it to. */
    String choice() {
        return choice;
    }

    private static byte[] smaller(Path file) {
        try {
            BufferedImage picture = ImageIO.read(file.toFile());
            BufferedImage small = new BufferedImage(WIDTH, WIDTH * picture.getHeight() / picture.getWidth(), BufferedImage.TYPE_INT_RGB);
            small.getGraphics().drawImage(picture.getScaledInstance(small.getWidth(), small.getHeight(), Image.SCALE_AREA_AVERAGING),
                    0, 0, null);
            ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
            ImageIO.write(small, "jpg", jpeg);
            return jpeg.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
