package io.github.camelroboflow.faults;

import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** The subjects of images. The shipped routes have one condition for each subject. */
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

    /** Returns a JPEG of about 20 KB. */
    byte[] picture() {
        return picture;
    }

    /** Returns the condition that is true for this subject only. */
    String condition() {
        return condition;
    }

    /** Returns the destination in the shipped table: a folder, the name of a queue, or the last part of an address. */
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
