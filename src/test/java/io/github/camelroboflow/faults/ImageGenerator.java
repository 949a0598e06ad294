package io.github.camelroboflow.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Makes small images with different bytes: each has its number in a comment. */
final class ImageGenerator {

    /** One in this number of images is damaged. */
    private static final int DAMAGED = 20;

    private ImageGenerator() {
    }

    static List<InputImage> good(int count) {
        return IntStream.range(0, count).mapToObj(ImageGenerator::numbered).toList();
    }

    /** Makes images that all show the same parts. */
    static List<InputImage> of(ImageSubject parts, int count) {
        return IntStream.range(0, count).mapToObj(i -> numbered(i, parts)).toList();
    }

    /** Makes images of which one in twenty is truncated. */
    static List<InputImage> someDamaged(int count) {
        return IntStream.range(0, count).mapToObj(i -> i % DAMAGED == DAMAGED - 1 ? damaged(i) : numbered(i)).toList();
    }

    private static InputImage numbered(int number) {
        return numbered(number, ImageSubject.values()[number % ImageSubject.values().length]);
    }

    private static InputImage numbered(int number, ImageSubject parts) {
        return new InputImage(name(number), commented(parts.picture(), "image " + number), Optional.of(parts));
    }

    private static InputImage damaged(int number) {
        byte[] whole = numbered(number).content();
        return new InputImage(name(number), Arrays.copyOf(whole, whole.length / 2), Optional.empty());
    }

    private static String name(int number) {
        return "line " + number % 3 + "/image " + number + ".jpg";
    }

    /** Adds a comment after the first marker of the JPEG. */
    private static byte[] commented(byte[] jpeg, String comment) {
        byte[] text = comment.getBytes(US_ASCII);
        byte[] result = new byte[jpeg.length + text.length + 4];
        System.arraycopy(jpeg, 0, result, 0, 2);
        result[2] = (byte) 0xff;
        result[3] = (byte) 0xfe;
        result[5] = (byte) (text.length + 2);
        System.arraycopy(text, 0, result, 6, text.length);
        System.arraycopy(jpeg, 2, result, 6 + text.length, jpeg.length - 2);
        return result;
    }
}
