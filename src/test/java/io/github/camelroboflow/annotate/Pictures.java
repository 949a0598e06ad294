package io.github.camelroboflow.annotate;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** Images to draw on, and checks of their pixels. */
final class Pictures {

    static final Color GROUND = new Color(0x808080);

    private Pictures() {
    }

    static BufferedImage grey(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(GROUND);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return picture;
    }

    static byte[] encode(BufferedImage picture, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(picture, format, out)) {
                throw new IllegalArgumentException(format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static BufferedImage decode(byte[] encoded) {
        try {
            return ImageIO.read(new ByteArrayInputStream(encoded));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the same JPEG with an EXIF segment that contains the orientation. */
    static byte[] withOrientation(byte[] jpeg, int orientation) {
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + 36);
        out.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) 34);
        out.put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8);
        out.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation)
                .putShort((short) 0).putInt(0);
        return out.put(jpeg, 2, jpeg.length - 2).array();
    }

    static Color at(BufferedImage picture, int x, int y) {
        return new Color(picture.getRGB(x, y));
    }

    /**
     * Returns the smallest rectangle around all pixels that differ from the background color; empty if there are none.
     */
    static Rectangle drawn(BufferedImage picture) {
        Rectangle drawn = new Rectangle(-1, -1);
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                if (!at(picture, x, y).equals(GROUND)) {
                    drawn.add(new Rectangle(x, y, 1, 1));
                }
            }
        }
        return drawn;
    }

    static int count(BufferedImage picture, Color color) {
        int count = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                count += at(picture, x, y).equals(color) ? 1 : 0;
            }
        }
        return count;
    }
}
