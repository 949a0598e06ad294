package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.ModelId;
import java.util.Map;
import java.util.TreeMap;

/** The public models that have a name of their own. Servers know them by project and version only. */
final class PublicModels {

    private static final Map<String, String> IDS = new TreeMap<>(Map.ofEntries(
            Map.entry("yolov8n-640", "coco/3"),
            Map.entry("yolov11n-640", "coco/25"),
            Map.entry("yolo26n-640", "coco/41"),
            Map.entry("yolov8n-seg-640", "coco-dataset-vdnr1/2"),
            Map.entry("yolov8n-pose-640", "coco-pose-detection/1"),
            Map.entry("rfdetr-base", "coco/36"),
            Map.entry("rfdetr-nano", "coco/38"),
            Map.entry("rfdetr-small", "coco/39"),
            Map.entry("rfdetr-medium", "coco/40"),
            Map.entry("rfdetr-large", "coco/50")));

    private PublicModels() {
    }

    /**
     * The id with two parts that servers know the model by.
     *
     * @throws IllegalArgumentException if the id has one part that is no public model's name
     */
    static String resolve(ModelId model) {
        if (model.value().contains("/")) {
            return model.value();
        }
        String id = IDS.get(model.value());
        if (id == null) {
            throw new IllegalArgumentException("'" + model + "' is no public model's name (" + String.join(", ", IDS.keySet())
                    + "): write project/version, such as my-project/3");
        }
        return id;
    }
}
