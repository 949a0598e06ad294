package io.github.camelroboflow.export;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.export.ExportFormat.DatasetWriter;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detection.Keypoint;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.Rle;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes COCO's JSON (cocodataset.org, "Data format", object detection and keypoint detection). Images and annotations have ids
 * from 1, and the id of a category is the model's class id plus 1.
 *
 * <ul>
 * <li>{@code bbox}: left, top, width and height in pixels, where the pixel in the corner reaches from 0 to 1.
 * <li>{@code segmentation}: the outline as the result has it, which runs through the centers of pixels; the four corners of an
 * oriented box; or the compressed run lengths of a mask. Empty for a box alone.
 * <li>{@code area}: in pixels, of the mask, else of the box.
 * <li>{@code keypoints}: x, y and 2 for a keypoint that was found, three times 0 for one that was not. The category has the names,
 * and in {@code skeleton} the lines of the model's package, as pairs of numbers of keypoints from 1. It is empty if the package has
 * none, or if results were read from JSON, which has none.
 * <li>{@code score}: the confidence, as in COCO's format of results.
 * </ul>
 *
 * <p>Annotations follow all images, so they are in a second file until the end.
 */
final class CocoWriter implements DatasetWriter {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int FOUND = 2;
    /** The least number of points of a polygon: readers take fewer for a box. */
    private static final int TRIANGLE = 3;

    private final ClassCatalog classes;
    private final Path waiting;
    private final JsonGenerator images;
    private final JsonGenerator annotations;
    private final OutputStream out;
    private int imageCount;
    private int annotationCount;

    CocoWriter(Path folder, ClassCatalog classes) throws IOException {
        this.classes = classes;
        waiting = folder.resolve(".annotations.tmp");
        out = Files.newOutputStream(folder.resolve("annotations.json"));
        images = Json.MAPPER.createGenerator(out, JsonEncoding.UTF8);
        annotations = Json.MAPPER.createGenerator(Files.newOutputStream(waiting), JsonEncoding.UTF8);
        images.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        images.writeStartObject();
        images.writeArrayFieldStart("images");
        annotations.writeStartArray();
    }

    /** Returns the whole document about one image. */
    static String document(ExportedImage image, ClassCatalog classes) {
        ObjectNode json = NODES.objectNode();
        json.putArray("images").add(image(image, 1));
        ArrayNode annotations = json.putArray("annotations");
        image.objects().forEach(object -> annotations.add(annotation(object, annotations.size() + 1, 1, classes)));
        json.set("categories", categories(classes));
        return json.toString();
    }

    @Override
    public void add(ExportedImage image) throws IOException {
        imageCount++;
        images.writeTree(image(image, imageCount));
        for (Detection object : image.objects()) {
            annotationCount++;
            annotations.writeTree(annotation(object, annotationCount, imageCount, classes));
        }
    }

    @Override
    public void close() throws IOException {
        annotations.writeEndArray();
        annotations.close();
        images.writeEndArray();
        images.writeFieldName("annotations");
        // the generator waits for a value, and gets it as it is
        images.writeRawValue("");
        images.flush();
        try (InputStream written = Files.newInputStream(waiting)) {
            written.transferTo(out);
        }
        out.write((",\"categories\":" + categories(classes) + "}\n").getBytes(StandardCharsets.UTF_8));
        out.close();
        Files.delete(waiting);
    }

    private static ObjectNode image(ExportedImage image, int id) {
        return NODES.objectNode().put("id", id).put("file_name", image.name()).put("width", image.size().width())
                .put("height", image.size().height());
    }

    private static ObjectNode annotation(Detection object, int id, int imageId, ClassCatalog classes) {
        Box box = object.box();
        ObjectNode json = NODES.objectNode().put("id", id).put("image_id", imageId)
                .put("category_id", classes.id(object.className()) + 1);
        json.putArray("bbox").add(rounded(box.x1())).add(rounded(box.y1())).add(rounded(box.width())).add(rounded(box.height()));
        json.put("area", rounded(object.mask().filter(mask -> mask.area() > 0).map(mask -> (double) mask.area())
                .orElseGet(() -> object.oriented() ? object.polygon().area() : box.area())));
        segmentation(object, json);
        json.put("iscrowd", 0).put("score", object.confidence());
        keypoints(object, classes.keypoints(object.className()), json);
        return json;
    }

    private static void segmentation(Detection object, ObjectNode json) {
        Rle rle = object.rle();
        if (rle != null && !rle.equals(Rle.NO_OUTLINE)) {
            ObjectNode mask = json.putObject("segmentation");
            mask.putArray("size").add(rle.height()).add(rle.width());
            mask.put("counts", rle.counts());
            return;
        }
        ArrayNode polygons = json.putArray("segmentation");
        if (object.points().size() >= TRIANGLE) {
            ArrayNode polygon = polygons.addArray();
            object.points().forEach(point -> polygon.add(rounded(point.x())).add(rounded(point.y())));
        }
    }

    private static void keypoints(Detection object, List<String> names, ObjectNode json) {
        if (names.isEmpty()) {
            return;
        }
        double[] values = new double[3 * names.size()];
        for (Keypoint keypoint : object.keypoints()) {
            int at = 3 * ClassCatalog.index(object, keypoint);
            values[at] = rounded(keypoint.x());
            values[at + 1] = rounded(keypoint.y());
            values[at + 2] = FOUND;
        }
        json.put("num_keypoints", object.keypoints().size());
        ArrayNode all = json.putArray("keypoints");
        for (int i = 0; i < values.length; i++) {
            if (i % 3 == 2) {
                all.add((int) values[i]);
            } else {
                all.add(values[i]);
            }
        }
    }

    private static ArrayNode categories(ClassCatalog classes) {
        ArrayNode all = NODES.arrayNode();
        classes.names().forEach((id, name) -> {
            ObjectNode category = all.addObject().put("id", id + 1).put("name", name).put("supercategory", "");
            List<String> keypoints = classes.keypoints(name);
            if (!keypoints.isEmpty()) {
                keypoints.forEach(category.putArray("keypoints")::add);
                ArrayNode skeleton = category.putArray("skeleton");
                classes.edges(name).forEach(edge -> skeleton.addArray().add(edge.from() + 1).add(edge.to() + 1));
            }
        });
        return all;
    }

    /** Returns a length in thousandths of a pixel. */
    private static double rounded(double pixels) {
        return Math.rint(pixels * 1000) / 1000;
    }
}
