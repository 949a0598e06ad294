package io.github.camelroboflow.inference;

import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Inference.LocatedInference;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.geometry.Mask.ResultLimits;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * The result of a semantic segmentation: a class for each pixel. The mask may have fewer pixels than the image, but
 * covers all of it.
 */
public final class SemanticSegmentation implements LocatedInference {

    private static final int CLASSES = 256;
    private static final String BACKGROUND = "background";

    /**
     * A plane with one byte for each pixel.
     *
     * @param values the values row by row, 0 to 255 each as an unsigned byte, which must not be changed
     */
    public record Plane(ImageSize size, byte[] values) {

        public Plane {
            if (values.length != size.area()) {
                throw new IllegalArgumentException(values.length + " values are no mask of " + size + " pixels");
            }
        }
    }

    /**
     * The pixels of each class id.
     *
     * @param pixels their number
     * @param best   the greatest confidence of any of them times 255, or -1 if there is none
     */
    private record Areas(int[] pixels, int[] best) {

        static Areas of(Plane mask, Plane confidences) {
            int[] pixels = new int[CLASSES];
            int[] best = new int[CLASSES];
            Arrays.fill(best, -1);
            byte[] ids = mask.values();
            byte[] values = confidences == null ? null : confidences.values();
            for (int i = 0; i < ids.length; i++) {
                int id = ids[i] & 0xff;
                pixels[id]++;
                best[id] = Math.max(best[id], values == null ? 255 : values[i] & 0xff);
            }
            return new Areas(pixels, best);
        }
    }

    private final InferenceInfo info;
    private final Map<Integer, String> classMap;
    private final Plane mask;
    private final Plane confidenceMask;
    /** Is made when it is first needed; two threads may make the same. */
    private volatile Areas areas;

    /**
     * @param classMap the class names by class id
     * @param mask the class id of each pixel
     * @param confidenceMask the confidence of each pixel times 255, of the mask's size, or {@code null} if the result has
     *                       none
     */
    public SemanticSegmentation(InferenceInfo info, Map<Integer, String> classMap, Plane mask, Plane confidenceMask) {
        if (confidenceMask != null && !confidenceMask.size().equals(mask.size())) {
            throw new IllegalArgumentException("the confidence mask is " + confidenceMask.size()
                    + " pixels, but the segmentation mask " + mask.size());
        }
        this.info = info;
        this.classMap = Map.copyOf(classMap);
        this.mask = mask;
        this.confidenceMask = confidenceMask;
    }

    @Override
    public InferenceInfo info() {
        return info;
    }

    /** Returns the class names by class id. */
    public Map<Integer, String> classMap() {
        return classMap;
    }

    /** Returns the class id of each pixel. */
    public Plane mask() {
        return mask;
    }

    /** Returns the confidence of each pixel times 255; {@code null} if the result has none. */
    public Plane confidenceMask() {
        return confidenceMask;
    }

    private Areas areas() {
        Areas known = areas;
        if (known == null) {
            known = Areas.of(mask, confidenceMask);
            areas = known;
        }
        return known;
    }

    /** Returns the ids of the classes that have pixels, in order, including the background's. */
    public List<Integer> presentClassIds() {
        int[] pixels = areas().pixels;
        return IntStream.range(0, CLASSES).filter(id -> pixels[id] > 0).boxed().toList();
    }

    /**
     * Returns the classes that have pixels, without the background, with the greatest confidence of any of their
     * pixels.
     */
    @Override
    public List<ClassScore> findings() {
        int[] best = areas().best;
        List<ClassScore> found = new ArrayList<>();
        new TreeMap<>(classMap).forEach((id, name) -> {
            if (id >= 0 && id < CLASSES && best[id] >= 0 && !isBackground(name)) {
                found.add(new ClassScore(name, id, best[id] / 255.0));
            }
        });
        return found;
    }

    @Override
    public double coverage(Predicate<? super String> classNames) {
        int[] pixels = areas().pixels;
        long covered = classMap.entrySet().stream()
                .filter(entry -> entry.getKey() >= 0 && entry.getKey() < CLASSES && !isBackground(entry.getValue())
                        && classNames.test(entry.getValue())).mapToLong(entry -> pixels[entry.getKey()]).sum();
        return mask.values().length == 0 ? 0 : (double) covered / mask.values().length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SemanticSegmentation result && info.equals(result.info) && classMap.equals(result.classMap)
                && mask.equals(result.mask) && Objects.equals(confidenceMask, result.confidenceMask);
    }

    @Override
    public int hashCode() {
        return Objects.hash(info, classMap, mask, confidenceMask);
    }

    @Override
    public String toString() {
        return "SemanticSegmentation[info=" + info + ", classMap=" + classMap + ", mask=" + mask.size() + "]";
    }

    @Override
    public SemanticSegmentation withVisualization(String base64Jpeg) {
        SemanticSegmentation other = new SemanticSegmentation(info.withVisualization(base64Jpeg), classMap, mask, confidenceMask);
        other.areas = areas;
        return other;
    }

    private static boolean isBackground(String className) {
        return className.toLowerCase(Locale.ROOT).equals(BACKGROUND);
    }

    /**
     * Reads and writes planes of bytes as base64 of PNGs with one channel, in memory only. The usual way makes a
     * temporary file for each plane.
     */
    static final class MaskPng {

        private MaskPng() {
        }

        /**
         * Reads a plane.
         *
         * @param limits the limits to check before decoding, because a PNG of some kilobytes can be larger than the
         *               memory
         * @throws IllegalArgumentException if it is no PNG within the limits
         */
        static SemanticSegmentation.Plane read(String base64, ResultLimits limits) {
            byte[] png = Base64.getMimeDecoder().decode(base64);
            try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(png))) {
                Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
                if (!readers.hasNext()) {
                    throw new IllegalArgumentException("the segmentation mask is no PNG");
                }
                ImageReader reader = readers.next();
                try {
                    reader.setInput(stream);
                    ImageSize size = new ImageSize(reader.getWidth(0), reader.getHeight(0));
                    limits.mask(size.width(), size.height());
                    return plane(reader.read(0).getRaster());
                } finally {
                    reader.dispose();
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("the segmentation mask can't be decoded: " + e.getMessage(), e);
            }
        }

        private static SemanticSegmentation.Plane plane(WritableRaster raster) {
            int width = raster.getWidth();
            byte[] values = new byte[width * raster.getHeight()];
            int[] row = new int[width];
            for (int y = 0; y < raster.getHeight(); y++) {
                raster.getSamples(0, y, width, 1, 0, row);
                for (int x = 0; x < width; x++) {
                    values[y * width + x] = (byte) row[x];
                }
            }
            return new SemanticSegmentation.Plane(new ImageSize(width, raster.getHeight()), values);
        }

        static String write(SemanticSegmentation.Plane plane) {
            BufferedImage image = new BufferedImage(plane.size().width(), plane.size().height(), BufferedImage.TYPE_BYTE_GRAY);
            image.getRaster().setDataElements(0, 0, plane.size().width(), plane.size().height(), plane.values());
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            try (ImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
                ImageIO.write(image, "png", stream);
            } catch (IOException e) {
                throw new IllegalStateException("a mask could not be written as PNG", e);
            }
            return Base64.getEncoder().encodeToString(png.toByteArray());
        }
    }
}
