package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.embedded.image.ImageHeader.BmpHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.GifHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.JpegHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.PngHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.TiffHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.WebpHeader;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The supported formats. The first bytes of a file decide on its format, not its name. */
public enum ImageFormat {

    JPEG(JpegHeader::new, "FF D8 FF"),
    PNG(PngHeader::new, "89 50 4E 47 0D 0A 1A 0A"),
    WEBP(WebpHeader::new, "52 49 46 46 .. .. .. .. 57 45 42 50"),
    BMP(BmpHeader::new, "42 4D .. .. .. .. .. .. .. .. .. .. .. .. .. 00 00 00"),
    TIFF(TiffHeader::new, "49 49 2A 00", "4D 4D 00 2A"),
    GIF(GifHeader::new, "47 49 46 38 37 61", "47 49 46 38 39 61");

    /**
     * Reads a header from its first byte on. Throws {@link IndexOutOfBoundsException} if the bytes run out: the image is truncated.
     */
    interface Reader {

        /** Returns width and height as stored. */
        ImageSize size();

        /** Returns how often a decoder goes through all pixels. Call it after {@link #size()}. */
        default int scans() {
            return 1;
        }

        /** Returns whether the end of the image is there. */
        default boolean whole() {
            return true;
        }

        /** Returns whether checksums show that a part of a complete image was changed. */
        default boolean damaged() {
            return false;
        }

        /** Returns whether the image is complete and intact. */
        default ImageHeader.State state() {
            return !whole() ? ImageHeader.State.TRUNCATED : damaged() ? ImageHeader.State.DAMAGED : ImageHeader.State.WHOLE;
        }
    }

    private interface Opening {

        Reader open(ByteBuffer bytes);
    }

    private final Opening opening;
    private final String[] magicNumbers;

    ImageFormat(Opening opening, String... magicNumbers) {
        this.opening = opening;
        this.magicNumbers = magicNumbers;
    }

    /** Returns whether the first bytes of a file are those of a supported format. 32 bytes are enough. */
    public static boolean isImage(byte[] first) {
        return of(first).isPresent();
    }

    static Optional<ImageFormat> of(byte[] bytes) {
        return Arrays.stream(values()).filter(format -> format.matches(bytes)).findFirst();
    }

    private boolean matches(byte[] bytes) {
        return Arrays.stream(magicNumbers).anyMatch(magic -> MagicNumber.matches(magic, bytes));
    }

    ImageHeader header(byte[] bytes) {
        ImageSize size = ImageSize.UNKNOWN;
        int scans = 1;
        try {
            Reader reader = opening.open(ByteBuffer.wrap(bytes));
            size = reader.size();
            scans = reader.scans();
            return new ImageHeader(this, size, scans, reader);
        } catch (IndexOutOfBoundsException e) {
            // the file ends within its header
            return new ImageHeader(this, size, scans, null);
        }
    }

    /** First bytes that identify a format, written as hex numbers with {@code ..} for any byte. */
    static final class MagicNumber {

        private MagicNumber() {
        }

        static boolean matches(String magic, byte[] bytes) {
            int length = (magic.length() + 1) / 3;
            if (bytes.length < length) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                String expected = magic.substring(3 * i, 3 * i + 2);
                if (!expected.equals("..") && Integer.parseInt(expected, 16) != (bytes[i] & 0xff)) {
                    return false;
                }
            }
            return true;
        }
    }
}
