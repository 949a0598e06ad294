package io.github.camelroboflow.embedded;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Of boxes that overlap, keeps the most confident. With the true intersection over union, as Roboflow inference, engine N, has it
 * (its older engine divides by the smaller box).
 */
final class NonMaximumSuppression {

    private static final Integer ALL_CLASSES = -1;

    private NonMaximumSuppression() {
    }

    /**
     * @param overlap       a box goes if its intersection over union with a kept one is greater than this, 0 to 1
     * @param maxDetections how many are kept at most, over all classes
     * @param classAgnostic whether boxes suppress those of other classes, too
     * @return indices of the kept ones, the most confident first; equal scores in the order of the candidates
     */
    static int[] keep(Candidates candidates, double overlap, int maxDetections, boolean classAgnostic) {
        int[] kept = new int[Math.min(candidates.size(), maxDetections)];
        int count = 0;
        Map<Integer, List<Integer>> keptByClass = new HashMap<>();
        for (int i : byScore(candidates)) {
            if (count == kept.length) {
                break;
            }
            List<Integer> rivals = keptByClass.computeIfAbsent(classAgnostic ? ALL_CLASSES : (Integer) candidates.classId(i),
                    id -> new ArrayList<>());
            if (!suppressed(candidates, i, rivals, overlap)) {
                rivals.add(i);
                kept[count++] = i;
            }
        }
        return Arrays.copyOf(kept, count);
    }

    /** The indices of the most confident ones, in that order, without suppressing any. */
    static int[] best(Candidates candidates, int count) {
        int[] sorted = byScore(candidates);
        return sorted.length > count ? Arrays.copyOf(sorted, count) : sorted;
    }

    private static boolean suppressed(Candidates candidates, int i, List<Integer> rivals, double overlap) {
        for (int j = 0; j < rivals.size(); j++) {
            if (candidates.intersectionOverUnion(rivals.get(j), i) > overlap) {
                return true;
            }
        }
        return false;
    }

    /** Scores are not negative, so their bits sort as they do; the index below them keeps equal ones in order. */
    private static int[] byScore(Candidates candidates) {
        long[] keys = new long[candidates.size()];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (long) ~Float.floatToIntBits(candidates.score(i)) << 32 | i;
        }
        Arrays.sort(keys);
        return Arrays.stream(keys).mapToInt(key -> (int) key).toArray();
    }
}
