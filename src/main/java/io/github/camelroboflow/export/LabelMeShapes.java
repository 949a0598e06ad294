package io.github.camelroboflow.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Box.Point;
import java.util.List;
import java.util.Locale;

/**
 * Writes the JSON that the program LabelMe reads and edits (github.com/wkentaro/labelme, {@code labelme/label_file.py}). Points
 * are in pixels from the left and the top. An object is a {@code polygon} if it has an outline or is an oriented box, else a
 * {@code rectangle} of two corners. Its keypoints are shapes {@code point}; all shapes of such an object have the same {@code
 * group_id}. The confidence is in {@code description}. The image is not part of the JSON.
 */
final class LabelMeShapes {

    /** The version whose reader a test uses. */
    private static final String VERSION = "5.1.1";
    private static final int TRIANGLE = 3;

    private LabelMeShapes() {
    }

    /** @param imagePath the path of the image as LabelMe finds it from the folder of the JSON */
    static String json(ExportedImage image, String imagePath) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", VERSION);
        json.putObject("flags");
        ArrayNode shapes = json.putArray("shapes");
        int group = 0;
        for (Detection object : image.objects()) {
            Integer groupId = object.keypoints().isEmpty() ? null : Integer.valueOf(group++);
            List<Point> outline = object.oriented() ? object.points() : MaskOutline.of(object);
            Box box = object.box();
            shape(shapes, object.className(), outline.size() >= TRIANGLE ? "polygon" : "rectangle", outline.size() >= TRIANGLE
                    ? outline : List.of(new Point(box.x1(), box.y1()), new Point(box.x2(), box.y2())), object.confidence(),
                    groupId);
            for (Keypoint keypoint : object.keypoints()) {
                shape(shapes, keypoint.className(), "point", List.of(new Point(keypoint.x(), keypoint.y())), keypoint.confidence(),
                        groupId);
            }
        }
        json.put("imagePath", imagePath).putNull("imageData");
        json.put("imageHeight", image.size().height()).put("imageWidth", image.size().width());
        return json.toString();
    }

    private static void shape(ArrayNode shapes, String label, String type, List<Point> points, double confidence, Integer group) {
        ObjectNode shape = shapes.addObject().put("label", label);
        ArrayNode all = shape.putArray("points");
        points.forEach(point -> all.addArray().add(point.x()).add(point.y()));
        shape.put("group_id", group).put("description", String.format(Locale.ROOT, "confidence %.4f", confidence))
                .put("shape_type", type).putObject("flags");
    }
}
