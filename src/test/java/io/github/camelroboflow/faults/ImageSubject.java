package io.github.camelroboflow.faults;

import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** What an image can show, each of them chosen for by a condition of its own in the shipped routes. */
enum ImageSubject {
    GEARS("gears.jpg", "gear", "gears"), FASTENERS("single-bolt.jpg", "bolt or nut or washer", "fasteners"),
    SCRATCHES("scratched-belt.jpg", "scratch", "scratches"), NOTHING("empty belt.jpg", "none", "nothing-found");

    private static final int WIDTH = 320;

    private final byte[] picture;
    private final String condition;
    private final String choice;

    ImageSubject(String sample, String condition, String choice) {
        this.condition = condition;
        this.picture = smaller(Path.of("config/samples", sample));
        this.choice = choice;
    }

    /** A JPEG of some 20 KB. */
    byte[] picture() {
        return picture;
    }

    /** True for no other parts. */
    String condition() {
        return condition;
    }

    /** The folder that the shipped table gives it to, or the name of a queue, or the last part of an address. */
    String choice() {
        return choice;
    }

    private static byte[] smaller(Path file) {
        try {
            BufferedImage picture = ImageIO.read(file.toFile());
            int height = WIDTH * picture.getHeight() / picture.getWidth();
            BufferedImage small = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
            small.getGraphics().drawImage(picture.getScaledInstance(WIDTH, height, Image.SCALE_AREA_AVERAGING), 0, 0, null);
            ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
            ImageIO.write(small, "jpg", jpeg);
            return jpeg.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
