package io.github.camelroboflow.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The result of a semantic segmentation: a class for each pixel. The mask may be smaller than the image; it is the same picture.
 *
 * @param classMap       class names by class id
 * @param mask           the class id of each pixel
 * @param confidenceMask the confidence of each pixel times 255, of the mask's size, or {@code null} where the result has none
 */
public record SemanticSegmentation(InferenceInfo info, Map<Integer, String> classMap, Plane mask, Plane confidenceMask)
        implements LocatedInference {

    private static final String BACKGROUND = "background";

    /**
     * One byte for each pixel.
     *
     * @param values row by row, 0 to 255 each as an unsigned byte; not to be changed
     */
    public record Plane(ImageSize size, byte[] values) {

        public Plane {
            if (values.length != size.area()) {
                throw new IllegalArgumentException(values.length + " values are no mask of " + size + " pixels");
            }
        }
    }

    public SemanticSegmentation {
        classMap = Map.copyOf(classMap);
        if (confidenceMask != null && !confidenceMask.size().equals(mask.size())) {
            throw new IllegalArgumentException("the confidence mask is " + confidenceMask.size()
                    + " pixels, but the segmentation mask " + mask.size());
        }
    }

    /** The ids of the classes that some pixel has, in order, the background's included. */
    public List<Integer> presentClassIds() {
        boolean[] present = new boolean[256];
        for (byte id : mask.values()) {
            present[id & 0xff] = true;
        }
        return IntStream.range(0, present.length).filter(id -> present[id]).boxed().toList();
    }

    /** The classes that some pixel has, the background left out, with the greatest confidence of any of their pixels. */
    @Override
    public List<ClassScore> findings() {
        int[] best = new int[256];
        Arrays.fill(best, -1);
        for (int i = 0; i < mask.values().length; i++) {
            int id = mask.values()[i] & 0xff;
            best[id] = Math.max(best[id], confidenceMask == null ? 255 : confidenceMask.values()[i] & 0xff);
        }
        List<ClassScore> found = new ArrayList<>();
        new TreeMap<>(classMap).forEach((id, name) -> {
            if (id >= 0 && id < best.length && best[id] >= 0 && !isBackground(name)) {
                found.add(new ClassScore(name, id, best[id] / 255.0));
            }
        });
        return found;
    }

    @Override
    public double coverage(Predicate<? super String> classNames) {
        boolean[] chosen = new boolean[256];
        classMap.forEach((id, name) -> {
            if (id >= 0 && id < chosen.length) {
                chosen[id] = !isBackground(name) && classNames.test(name);
            }
        });
        long covered = 0;
        for (byte id : mask.values()) {
            if (chosen[id & 0xff]) {
                covered++;
            }
        }
        return mask.values().length == 0 ? 0 : (double) covered / mask.values().length;
    }

    @Override
    public SemanticSegmentation withVisualization(String base64Jpeg) {
        return new SemanticSegmentation(info.withVisualization(base64Jpeg), classMap, mask, confidenceMask);
    }

    private static boolean isBackground(String className) {
        return className.toLowerCase(Locale.ROOT).equals(BACKGROUND);
    }
}
