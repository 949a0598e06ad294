package io.github.camelroboflow.condition;

import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Results for tests of conditions, in a short notation. */
public final class Results {

    static final InferenceInfo INFO = InferenceInfo.of("", 0, new ImageSize(100, 100));

    private Results() {
    }

    /**
     * Returns detections in an image of 100 x 100. They are separated by semicolons: class name, a slash, confidence
     * and optionally an at sign and the box's edges, such as {@code person/0.9@0,0,20,50; helmet/0.8}.
     */
    public static Detections detections(String text) {
        return new Detections(INFO, Arrays.stream(text.split(";")).map(String::strip).filter(part -> !part.isEmpty())
                .map(Results::detection).toList());
    }

    static Detection detection(String text) {
        String[] parts = text.split("[/@]");
        double[] edges = parts.length < 3 ? new double[] {0, 0, 10, 10}
                : Arrays.stream(parts[2].split(",")).mapToDouble(Double::parseDouble).toArray();
        return Detection.of(new Box(edges[0], edges[1], edges[2], edges[3]), Double.parseDouble(parts[1]), parts[0], 0, "");
    }

    /** Returns the detection with an outline. */
    static Detection outlined(String text, Point... outline) {
        Detection box = detection(text);
        return new Detection(box.x(), box.y(), box.width(), box.height(), box.confidence(), box.className(), 0, "",
                List.of(outline), null, List.of());
    }

    /** Returns the detection with an oriented box in its upright one. */
    static Detection oriented(String text, Point... corners) {
        return detection(text).withOrientedBox(List.of(corners));
    }

    static Detections of(Detection... detections) {
        return new Detections(INFO, List.of(detections));
    }

    /** Parses class name, a slash and confidence; separated by semicolons. */
    static Classification classification(String text) {
        List<ClassScore> scores = scores(text);
        return new Classification(INFO, scores, scores.isEmpty() ? "" : scores.get(0).className(),
                scores.isEmpty() ? 0 : scores.get(0).confidence());
    }

    static MultiLabelClassification multiLabel(String text, String... predicted) {
        return new MultiLabelClassification(INFO, scores(text), List.of(predicted));
    }

    /** Returns a segmentation of 10 x 10 pixels into background and the given numbers of pixels of rust and dent. */
    static SemanticSegmentation segmentation(int rust, int dent) {
        byte[] ids = new byte[100];
        Arrays.fill(ids, 0, rust, (byte) 1);
        Arrays.fill(ids, rust, rust + dent, (byte) 2);
        return new SemanticSegmentation(INFO, Map.of(0, "background", 1, "rust", 2, "dent"),
                new SemanticSegmentation.Plane(new ImageSize(10, 10), ids), null);
    }

    private static List<ClassScore> scores(String text) {
        List<ClassScore> scores = new ArrayList<>();
        for (String part : text.split(";")) {
            if (!part.isBlank()) {
                String[] nameAndScore = part.strip().split("/");
                scores.add(new ClassScore(nameAndScore[0], scores.size(), Double.parseDouble(nameAndScore[1])));
            }
        }
        return scores;
    }
}
