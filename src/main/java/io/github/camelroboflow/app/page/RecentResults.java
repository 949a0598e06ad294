package io.github.camelroboflow.app.page;

import io.github.camelroboflow.delivery.source.ImageTally.StoredImage;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.WorkflowOutputs;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The last results of the program: at most {@value #MOST}, and no more memory than {@value #MOST_BYTES}. */
final class RecentResults {

    static final int MOST = 60;
    static final long MOST_BYTES = 32_000_000;

    private static final int OBJECT_BYTES = 500;
    private static final int POINT_BYTES = 32;

    private final Deque<RecentResult> results = new ArrayDeque<>();
    private long bytes;
    private long last;

    /**
     * A result.
     *
     * @param number      its number among the results of this run, from 1
     * @param image       the image's name in its source
     * @param source      the address of the source; empty if unknown
     * @param model       the model; empty if unknown
     * @param stored      the image, which may be fetched when it is read
     * @param confidences the best confidence of each class
     * @param accepted    the destinations that have the result
     * @param bytes       the memory that it takes
     */
    record RecentResult(long number, Instant time, String image, String source, String model, StoredImage stored,
            Inference inference, Map<String, Double> confidences, List<String> accepted, long bytes) {
    }

    /** @param held the bytes of the image that are in memory */
    synchronized void add(String image, String source, String model, StoredImage stored, Inference inference,
                          Map<String, Double> confidences, List<String> accepted, long held) {
        RecentResult result = new RecentResult(++last, Instant.now(), image, source, model, stored, inference, confidences,
                accepted, held + bytes(inference));
        results.addFirst(result);
        bytes += result.bytes();
        while (results.size() > MOST || bytes > MOST_BYTES && results.size() > 1) {
            bytes -= results.removeLast().bytes();
        }
    }

    /** Returns the results with a greater number, the newest first. */
    synchronized List<RecentResult> after(long number) {
        return results.stream().filter(result -> result.number() > number).toList();
    }

    /** Returns a result; empty if it is no longer among the last. */
    synchronized Optional<RecentResult> find(long number) {
        return results.stream().filter(result -> result.number() == number).findFirst();
    }

    /** Estimates the memory of a result. */
    private static long bytes(Inference inference) {
        long findings = inference.info().visualization().length();
        if (inference instanceof Detections detections) {
            for (Detection detection : detections.predictions()) {
                findings += OBJECT_BYTES + (long) POINT_BYTES * (detection.points().size() + 4 * detection.keypoints().size())
                        + (detection.rle() == null ? 0 : detection.rle().counts().length());
            }
        } else if (inference instanceof SemanticSegmentation segmentation) {
            findings += 2L * segmentation.mask().values().length;
        } else if (inference instanceof WorkflowOutputs outputs) {
            findings += outputs.inferences().values().stream().mapToLong(RecentResults::bytes).sum();
        } else {
            findings += (long) OBJECT_BYTES * inference.findings().size();
        }
        return findings;
    }
}
