package io.github.camelroboflow.embedded.image;

import io.github.camelroboflow.embedded.image.ImageHeader.BmpHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.GifHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.PngHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.TiffHeader;
import io.github.camelroboflow.embedded.image.ImageHeader.WebpHeader;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The formats that are processed, told by their first bytes and not by the file's name. */
enum ImageFormat {

    JPEG(JpegHeader::new, "FF D8 FF"),
    PNG(PngHeader::new, "89 50 4E 47 0D 0A 1A 0A"),
    WEBP(WebpHeader::new, "52 49 46 46 .. .. .. .. 57 45 42 50"),
    BMP(BmpHeader::new, "42 4D .. .. .. .. .. .. .. .. .. .. .. .. .. 00 00 00"),
    TIFF(TiffHeader::new, "49 49 2A 00", "4D 4D 00 2A"),
    GIF(GifHeader::new, "47 49 46 38 37 61", "47 49 46 38 39 61");

    /** Reads a header from its first byte on; may run out of bytes, which means that the image is truncated. */
    interface Reader {

        /** Width and height as stored. */
        ImageSize size();

        /** Whether the image has its end. */
        boolean whole();

        /** How often a decoder goes through all pixels; to be called after {@link #size()}. */
        default int scans() {
            return 1;
        }

        /** Whether checksums tell that a part of a whole image was changed. */
        default boolean damaged() {
            return false;
        }
    }

    private interface Opening {

        Reader open(ByteBuffer bytes);
    }

    private final Opening opening;
    private final String[] magicNumbers;

    ImageFormat(Opening opening, String... magics) {
        this.opening = opening;
        this.magicNumbers = magics;
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
            if (reader.whole()) {
                ImageHeader.State state = reader.damaged() ? ImageHeader.State.DAMAGED : ImageHeader.State.WHOLE;
                return new ImageHeader(this, size, scans, state);
            }
        } catch (IndexOutOfBoundsException e) {
            // it ends where more was announced
        }
        return new ImageHeader(this, size, scans, ImageHeader.State.TRUNCATED);
    }

    /** First bytes that tell a format, written as hex numbers with {@code ..} for any byte. */
    static final class MagicNumber {

        private MagicNumber() {
        }

        static boolean matches(String magic, byte[] bytes) {
            int length = (magic.length() + 1) / 3;
            if (bytes.length < length) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                String wanted = magic.substring(3 * i, 3 * i + 2);
                if (!wanted.equals("..") && Integer.parseInt(wanted, 16) != (bytes[i] & 0xff)) {
                    return false;
                }
            }
            return true;
        }
    }
}
