package io.github.camelroboflow.embedded;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Generated encoded images. */
public final class TestImages {

    private TestImages() {
    }

    public static byte[] encode(String format, int width, int height) {
        return encode(format, drawn(width, height));
    }

    /** Returns a black PNG. */
    public static byte[] dark(int width, int height) {
        return encode("png", new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB));
    }

    private static byte[] encode(String format, BufferedImage picture) {
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

    public static byte[] progressiveJpeg(int width, int height) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            ImageWriteParam progressive = writer.getDefaultWriteParam();
            progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(drawn(width, height), null, null), progressive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    public static byte[] repeatLastScan(byte[] jpeg, int times) {
        int scan = jpeg.length - 2;
        while (jpeg[scan] != (byte) 0xff || jpeg[scan + 1] != (byte) 0xda) {
            scan--;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, scan);
        for (int i = 0; i < times; i++) {
            // the header of the scan, without its data
            out.write(jpeg, scan, 2 + jpeg[scan + 3]);
        }
        out.write(jpeg, scan, jpeg.length - scan);
        return out.toByteArray();
    }

    private static BufferedImage drawn(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, width, height, Color.BLUE));
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.WHITE);
        for (int i = 0; i < 20; i++) {
            graphics.drawOval(i * width / 20, i * height / 20, width / 5, height / 7);
        }
        graphics.dispose();
        return image;
    }

    /** Returns a JPEG with another one in its EXIF segment, as cameras write thumbnails. */
    public static byte[] withThumbnail(byte[] jpeg, byte[] thumbnail) {
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + thumbnail.length + 10);
        out.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (thumbnail.length + 8));
        out.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        return out.put(thumbnail).put(jpeg, 2, jpeg.length - 2).array();
    }

    /** Returns a valid header of a grayscale image of that size, followed by a few pixels only. */
    public static byte[] pngOfSize(int width, int height) {
        ByteBuffer out = ByteBuffer.allocate(8192);
        out.putLong(0x89504E470D0A1A0AL);
        chunk(out, "IHDR", ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8).array());
        Deflater deflater = new Deflater();
        deflater.setInput(new byte[100_000]);
        deflater.finish();
        byte[] data = new byte[4096];
        byte[] compressed = Arrays.copyOf(data, deflater.deflate(data));
        deflater.end();
        chunk(out, "IDAT", compressed);
        chunk(out, "IEND", new byte[0]);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void chunk(ByteBuffer out, String type, byte[] data) {
        CRC32 checksum = new CRC32();
        checksum.update(type.getBytes(StandardCharsets.US_ASCII));
        checksum.update(data);
        out.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data)
                .putInt((int) checksum.getValue());
    }
}
