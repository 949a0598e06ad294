package io.github.camelroboflow.embedded.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** One image of 64 x 32 pixels in many encodings: red, green, blue and white from left to right and down, 32 x 16 pixels each. */
final class Quadrants {

    static final int WIDTH = 64;
    static final int HEIGHT = 32;
    static final List<Color> COLORS = List.of(Color.RED, Color.GREEN, Color.BLUE, Color.WHITE);

    /** A WebP of 32 x 32 pixels, which no JDK can write. */
    static final byte[] WEBP_LOSSLESS = Base64.getDecoder().decode(
            "UklGRjgAAABXRUJQVlA4TCwAAAAvH8AHAB8gEEjeHzqN+RcQFPwf3fxHZA+AMNtokpOc5BHcP6L/UaX6C7Btvw==");
    static final byte[] WEBP_LOSSY = Base64.getDecoder().decode("UklGRnIAAABXRUJQVlA4IGYAAABQBACdASogACAAAIAIJaACdMoRwN4B+AH6"
            + "V/yvnDNAuwH6q/w/P+xAgccAAP79V7P/65FaLdN//dehAlOla/jSEYf8d41TQ7MoUnf+RJS+0yUuj9wUAY+//W1Ow9k9os3zqIcAAAA=");
    /** A WebP whose upper half is transparent. */
    static final byte[] WEBP_ALPHA = Base64.getDecoder().decode(
            "UklGRkIAAABXRUJQVlA4TDYAAAAvH8AHEB8gEEjaH3oNAUHB/9EJCIr8H00gkOS5P8ehH64AwmyjSU5ykkdw/4j+x7ZV/QKo/gI=");

    private Quadrants() {
    }

    /** @param type one of the types of {@link BufferedImage} */
    static BufferedImage picture(int type) {
        return painted(new BufferedImage(WIDTH, HEIGHT, type));
    }

    /** Returns the image with the four colours as its palette. */
    static BufferedImage palette(int bits) {
        byte[] red = new byte[1 << bits];
        byte[] green = new byte[1 << bits];
        byte[] blue = new byte[1 << bits];
        for (int i = 0; i < red.length; i++) {
            Color color = COLORS.get(i % 4);
            red[i] = (byte) color.getRed();
            green[i] = (byte) color.getGreen();
            blue[i] = (byte) color.getBlue();
        }
        int type = bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY;
        return painted(new BufferedImage(WIDTH, HEIGHT, type, new IndexColorModel(bits, red.length, red, green, blue)));
    }

    /** Returns the image with one bit for each pixel: white instead of green and white. */
    static BufferedImage blackAndWhite() {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_BINARY);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(WIDTH / 2, 0, WIDTH / 2, HEIGHT);
        graphics.dispose();
        return picture;
    }

    private static BufferedImage painted(BufferedImage picture) {
        Graphics2D graphics = picture.createGraphics();
        for (int i = 0; i < 4; i++) {
            graphics.setColor(COLORS.get(i));
            graphics.fillRect(i % 2 * WIDTH / 2, i / 2 * HEIGHT / 2, WIDTH / 2, HEIGHT / 2);
        }
        graphics.dispose();
        return picture;
    }

    /** @param compression name of the compression in the format, or empty */
    static byte[] encoded(BufferedImage picture, String format, String compression, boolean progressive) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        if (!compression.isEmpty()) {
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionType(compression);
        }
        if (progressive) {
            parameters.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        return write(writer, new IIOImage(picture, null, null), parameters);
    }

    /** @param samplings horizontal and vertical sampling of the brightness, if those of the colours are 1 */
    static byte[] jpeg(int horizontal, int vertical) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        BufferedImage picture = picture(BufferedImage.TYPE_INT_RGB);
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(picture), null);
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
        IIOMetadataNode brightness = (IIOMetadataNode) root.getElementsByTagName("componentSpec").item(0);
        brightness.setAttribute("HsamplingFactor", String.valueOf(horizontal));
        brightness.setAttribute("VsamplingFactor", String.valueOf(vertical));
        try {
            metadata.setFromTree(metadata.getNativeMetadataFormatName(), root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return write(writer, new IIOImage(picture, null, metadata), writer.getDefaultWriteParam());
    }

    /**
     * Returns a JPEG with four channels for printing, inverted as Adobe writes them.
     *
     * @param transform 0 for cyan, magenta, yellow and black; 2 if the first three are brightness and colours
     */
    static byte[] printJpeg(int transform) {
        WritableRaster raster = Raster.createInterleavedRaster(0, WIDTH, HEIGHT, 4, null);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                Color color = COLORS.get(x / (WIDTH / 2) + 2 * (y / (HEIGHT / 2)));
                int[] ink = {color.getRed(), color.getGreen(), color.getBlue(), 255};
                raster.setPixel(x, y, transform == 0 ? ink : brightness(255 - ink[0], 255 - ink[1], 255 - ink[2]));
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        byte[] jpeg = write(writer, new IIOImage(raster, null, null), writer.getDefaultWriteParam());
        byte[] adobe = {(byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
        return ByteBuffer.allocate(jpeg.length + adobe.length).put(jpeg, 0, 2).put(adobe).put(jpeg, 2, jpeg.length - 2).array();
    }

    private static int[] brightness(int red, int green, int blue) {
        double y = 0.299 * red + 0.587 * green + 0.114 * blue;
        return new int[] {(int) Math.round(y), (int) Math.min(255, Math.round((blue - y) / 1.772 + 128)),
            (int) Math.min(255, Math.round((red - y) / 1.402 + 128)), 255};
    }

    /**
     * Returns a PNG without interlacing.
     *
     * @param bits    bits of a sample: 1, 2, 4, 8, 16
     * @param samples samples of a pixel: gray, gray and alpha, red green and blue, or these and alpha, which is 0
     */
    static byte[] png(int bits, int samples) {
        int rowBytes = (WIDTH * samples * bits + 7) / 8;
        byte[] rows = new byte[(rowBytes + 1) * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                Color color = COLORS.get(x / (WIDTH / 2) + 2 * (y / (HEIGHT / 2)));
                int[] values = samples < 3 ? new int[] {color.getGreen(), 0}
                        : new int[] {color.getRed(), color.getGreen(), color.getBlue(), 0};
                for (int sample = 0; sample < samples; sample++) {
                    for (int bit = 0; bit < bits && values[sample] == 255; bit++) {
                        int at = (x * samples + sample) * bits + bit;
                        rows[(rowBytes + 1) * y + 1 + at / 8] |= (byte) (0x80 >> at % 8);
                    }
                }
            }
        }
        byte type = new byte[] {0, 4, 2, 6}[samples - 1];
        byte[] header = ByteBuffer.allocate(13).putInt(WIDTH).putInt(HEIGHT).put((byte) bits).put(type).array();
        ByteBuffer png = ByteBuffer.allocate(100_000).putLong(0x89504E470D0A1A0AL);
        chunk(png, "IHDR", header);
        chunk(png, "IDAT", deflated(rows));
        chunk(png, "IEND", new byte[0]);
        return Arrays.copyOf(png.array(), png.position());
    }

    private static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] deflated = new byte[bytes.length + 100];
        int length = deflater.deflate(deflated);
        deflater.end();
        return Arrays.copyOf(deflated, length);
    }

    private static void chunk(ByteBuffer png, String type, byte[] data) {
        CRC32 checksum = new CRC32();
        checksum.update(type.getBytes(StandardCharsets.US_ASCII));
        checksum.update(data);
        png.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data).putInt((int) checksum.getValue());
    }

    /** Returns the JPEG with an EXIF segment that holds an orientation, 1 to 8. */
    static byte[] turned(byte[] jpeg, int orientation) {
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + 36).put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) 34);
        out.put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8).putShort((short) 1);
        out.putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation).putShort((short) 0).putInt(0);
        return out.put(jpeg, 2, jpeg.length - 2).array();
    }

    private static byte[] write(ImageWriter writer, IIOImage image, ImageWriteParam parameters) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, image, parameters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }
}
