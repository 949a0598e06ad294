package io.github.camelroboflow.inference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Results from and to Roboflow's JSON: the answers of its server and of its older hosts, whose fields differ a little (numbers with
 * or without decimals, ids that may be absent, {@code class} or {@code class_name}, outer spaces in class names). An object that
 * is no result of a model but holds one is taken for the outputs of a workflow.
 */
public final class InferenceJson {

    private static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private InferenceJson() {
    }

    /** @throws IllegalArgumentException if it is no JSON, or no result of a model, or that of a model which was never trained */
    public static Inference read(byte[] json) {
        return read(tree(json));
    }

    /** @throws IllegalArgumentException if it is no JSON, or no result of a model, or that of a model which was never trained */
    public static Inference read(String json) {
        try {
            return read(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("this is not JSON: " + brief(e), e);
        }
    }

    /** @throws IllegalArgumentException if it is no result of a model, or that of a model which was never trained */
    public static Inference read(JsonNode json) {
        if (!(json instanceof ObjectNode object)) {
            throw new IllegalArgumentException("this JSON is no result of a model: an object with 'predictions' was expected");
        }
        if (isResult(object)) {
            return result(object);
        }
        for (JsonNode output : object) {
            if (isResult(output)) {
                return WorkflowOutputs.of(object);
            }
        }
        JsonNode predictions = object.path("predictions");
        String problem = predictions.isArray() ? "something in its 'predictions' has no class"
                : predictions.isObject() ? "its 'predictions' are no scores of classes" : "it has no 'predictions'";
        throw new IllegalArgumentException("this JSON is no result of a model: " + problem);
    }

    /** Whether it is the result of one model, by its form. */
    static boolean isResult(JsonNode json) {
        JsonNode predictions = json.path("predictions");
        if (json.has("segmentation_mask") || predictions.has("segmentation_mask") || json.path("is_stub").asBoolean()) {
            return true;
        }
        return predictions.isArray() && all(predictions, "class", "class_name")
                || predictions.isObject() && all(predictions, "confidence");
    }

    private static boolean all(JsonNode predictions, String... oneOfTheseFields) {
        for (JsonNode prediction : predictions) {
            if (Arrays.stream(oneOfTheseFields).noneMatch(prediction::has)) {
                return false;
            }
        }
        return true;
    }

    /** @throws IllegalArgumentException if something in it can't be read */
    static Inference result(JsonNode json) {
        if (json.path("is_stub").asBoolean()) {
            throw new IllegalArgumentException("the model " + json.path("model_id").asText("").strip()
                    + " is a stub that was never trained, so it finds nothing: train a version of its project and name that");
        }
        InferenceInfo info = info((ObjectNode) json);
        JsonNode predictions = json.path("predictions");
        if (json.has("segmentation_mask")) {
            return segmentation(info, json);
        }
        if (predictions.has("segmentation_mask")) {
            return segmentation(info, predictions);
        }
        if (predictions.isObject()) {
            return multiLabel(info, json);
        }
        boolean boxes = predictions.isEmpty() ? !json.has("top") : predictions.get(0).has("x");
        return boxes ? detections(info, predictions) : classification(info, json);
    }

    /**
     * The outputs of a workflow, for each of its images.
     *
     * @param answer the whole answer: an object with a list of {@code outputs}
     * @throws IllegalArgumentException if it is no JSON or no such answer
     */
    public static List<WorkflowOutputs> readWorkflow(byte[] answer) {
        JsonNode outputs = tree(answer).path("outputs");
        if (!outputs.isArray()) {
            throw new IllegalArgumentException("this JSON is no answer of a workflow: it has no list of 'outputs'");
        }
        List<WorkflowOutputs> results = new ArrayList<>();
        outputs.forEach(output -> results.add(WorkflowOutputs.of(output)));
        return List.copyOf(results);
    }

    /**
     * The results of one request, in its order.
     *
     * @param json a list of results, as for a request with a list of images, or one result
     * @throws IllegalArgumentException if it is no JSON, or something in it is no result of a model
     */
    public static List<Inference> readAll(byte[] json) {
        JsonNode tree = tree(json);
        List<Inference> results = new ArrayList<>();
        (tree.isArray() ? tree : MAPPER.createArrayNode().add(tree)).forEach(result -> results.add(read(result)));
        return List.copyOf(results);
    }

    /** The result as UTF-8 JSON. */
    public static byte[] bytes(Inference inference) {
        try {
            return MAPPER.writeValueAsBytes(write(inference));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result could not be written as JSON", e);
        }
    }

    /** The result as a tree that the caller may change. */
    public static ObjectNode write(Inference inference) {
        InferenceInfo info = inference.info();
        ObjectNode received = info.received();
        if (received != null) {
            return received;
        }
        ObjectNode json = MAPPER.createObjectNode();
        if (!info.visualization().isEmpty()) {
            json.put("visualization", info.visualization());
        }
        if (!info.inferenceId().isEmpty()) {
            json.put("inference_id", info.inferenceId());
        }
        if (!Double.isNaN(info.time())) {
            json.put("time", info.time());
        }
        json.putObject("image").put("width", info.image().width()).put("height", info.image().height());
        if (inference instanceof Detections detections) {
            write(detections, json.putArray("predictions"));
        } else if (inference instanceof Classification classification) {
            ArrayNode predictions = json.putArray("predictions");
            classification.predictions().forEach(score -> write(score, predictions.addObject().put("class", score.className())));
            json.put("top", classification.top()).put("confidence", classification.confidence());
        } else if (inference instanceof MultiLabelClassification multiLabel) {
            ObjectNode predictions = json.putObject("predictions");
            multiLabel.predictions().forEach(score -> write(score, predictions.putObject(score.className())));
            multiLabel.predictedClasses().forEach(json.putArray("predicted_classes")::add);
        } else if (inference instanceof SemanticSegmentation segmentation) {
            write(segmentation, json.putObject("predictions"));
        }
        return json;
    }

    private static void write(Detections detections, ArrayNode predictions) {
        for (Detection detection : detections.predictions()) {
            ObjectNode json = predictions.addObject();
            json.put("x", detection.x()).put("y", detection.y()).put("width", detection.width()).put("height", detection.height());
            json.put("confidence", detection.confidence()).put("class", detection.className());
            json.put("class_id", detection.classId());
            if (!detection.detectionId().isEmpty()) {
                json.put("detection_id", detection.detectionId());
            }
            if (detection.rle() != null) {
                ObjectNode rle = json.putObject("rle");
                rle.putArray("size").add(detection.rle().height()).add(detection.rle().width());
                rle.put("counts", detection.rle().counts());
                json.put("mask_format", "rle");
            } else if (!detection.points().isEmpty()) {
                ArrayNode points = json.putArray("points");
                detection.points().forEach(point -> points.addObject().put("x", point.x()).put("y", point.y()));
                json.put("mask_format", "polygon");
            }
            if (!detection.keypoints().isEmpty()) {
                ArrayNode keypoints = json.putArray("keypoints");
                detection.keypoints().forEach(keypoint -> keypoints.addObject().put("x", keypoint.x()).put("y", keypoint.y())
                        .put("confidence", keypoint.confidence()).put("class_id", keypoint.classId())
                        .put("class", keypoint.className()));
            }
        }
    }

    private static void write(ClassScore score, ObjectNode json) {
        json.put("class_id", score.classId()).put("confidence", score.confidence());
    }

    private static void write(SemanticSegmentation segmentation, ObjectNode json) {
        json.put("segmentation_mask", png(segmentation.mask()));
        ObjectNode classMap = json.putObject("class_map");
        segmentation.classMap().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(entry -> classMap.put(entry.getKey().toString(), entry.getValue()));
        if (segmentation.confidenceMask() != null) {
            json.put("confidence_mask", png(segmentation.confidenceMask()));
        }
        segmentation.presentClassIds().forEach(json.putArray("present_class_ids")::add);
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("this is not JSON: " + brief(e), e);
        }
    }

    private static InferenceInfo info(ObjectNode json) {
        JsonNode image = json.path("image");
        ImageSize size = new ImageSize(Math.max(0, image.path("width").asInt()), Math.max(0, image.path("height").asInt()));
        return new InferenceInfo(json.path("inference_id").asText(""), json.path("time").asDouble(Double.NaN), size,
                json.path("visualization").asText(""), json.deepCopy());
    }

    private static Detections detections(InferenceInfo info, JsonNode predictions) {
        List<Detection> detections = new ArrayList<>(predictions.size());
        for (JsonNode json : predictions) {
            List<Point> points = new ArrayList<>();
            json.path("points").forEach(point -> points.add(new Point(point.path("x").asDouble(), point.path("y").asDouble())));
            List<Keypoint> keypoints = new ArrayList<>();
            json.path("keypoints").forEach(keypoint -> keypoints.add(new Keypoint(keypoint.path("x").asDouble(),
                    keypoint.path("y").asDouble(), keypoint.path("confidence").asDouble(), className(keypoint),
                    classId(keypoint))));
            detections.add(new Detection(json.path("x").asDouble(), json.path("y").asDouble(), json.path("width").asDouble(),
                    json.path("height").asDouble(), json.path("confidence").asDouble(), className(json), classId(json),
                    json.path("detection_id").asText(""), points, mask(info.image(), json), keypoints));
        }
        return new Detections(info, detections);
    }

    /** The mask where it is not told by an outline. An outline without points is the mask of an object that has no pixels. */
    private static Rle mask(ImageSize image, JsonNode detection) {
        if (detection.path("rle").isObject()) {
            return rle(detection.path("rle"));
        }
        return detection.path("points").isArray() && detection.path("points").isEmpty() ? Rle.empty(image) : null;
    }

    private static Rle rle(JsonNode json) {
        int height = json.path("size").path(0).asInt();
        int width = json.path("size").path(1).asInt();
        JsonNode counts = json.path("counts");
        if (counts.isTextual()) {
            return new Rle(width, height, counts.asText());
        }
        List<Integer> runs = new ArrayList<>(counts.size());
        counts.forEach(run -> runs.add(run.asInt()));
        return Rle.ofRuns(width, height, runs);
    }

    private static Classification classification(InferenceInfo info, JsonNode json) {
        List<ClassScore> scores = new ArrayList<>();
        json.path("predictions").forEach(prediction ->
                scores.add(new ClassScore(className(prediction), classId(prediction), prediction.path("confidence").asDouble())));
        return new Classification(info, scores, json.path("top").asText("").strip(), json.path("confidence").asDouble());
    }

    private static MultiLabelClassification multiLabel(InferenceInfo info, JsonNode json) {
        List<ClassScore> scores = new ArrayList<>();
        json.path("predictions").fields().forEachRemaining(entry -> scores.add(new ClassScore(entry.getKey().strip(),
                classId(entry.getValue()), entry.getValue().path("confidence").asDouble())));
        List<String> predicted = new ArrayList<>();
        json.path("predicted_classes").forEach(name -> predicted.add(name.asText().strip()));
        return new MultiLabelClassification(info, scores, predicted);
    }

    private static SemanticSegmentation segmentation(InferenceInfo info, JsonNode json) {
        Map<Integer, String> classMap = new HashMap<>();
        json.path("class_map").fields().forEachRemaining(entry ->
                classMap.put(number(entry.getKey()), entry.getValue().asText().strip()));
        return new SemanticSegmentation(info, classMap, plane(json.path("segmentation_mask")),
                json.path("confidence_mask").isTextual() ? plane(json.path("confidence_mask")) : null);
    }

    private static int number(String classId) {
        try {
            return Integer.parseInt(classId.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("this JSON is no segmentation: '" + classId + "' in its 'class_map' is no class id",
                    e);
        }
    }

    private static SemanticSegmentation.Plane plane(JsonNode base64Png) {
        try {
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(Base64.getMimeDecoder().decode(base64Png.asText())));
            if (picture == null) {
                throw new IllegalArgumentException("the segmentation mask is no PNG");
            }
            WritableRaster raster = picture.getRaster();
            int[] samples = raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), 0, (int[]) null);
            byte[] values = new byte[samples.length];
            for (int i = 0; i < samples.length; i++) {
                values[i] = (byte) samples[i];
            }
            return new SemanticSegmentation.Plane(new ImageSize(raster.getWidth(), raster.getHeight()), values);
        } catch (IOException e) {
            throw new IllegalArgumentException("the segmentation mask can't be decoded: " + e.getMessage(), e);
        }
    }

    private static String png(SemanticSegmentation.Plane plane) {
        BufferedImage picture = new BufferedImage(plane.size().width(), plane.size().height(), BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, plane.size().width(), plane.size().height(), plane.values());
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", png);
        } catch (IOException e) {
            throw new IllegalStateException("a mask could not be written as PNG", e);
        }
        return Base64.getEncoder().encodeToString(png.toByteArray());
    }

    private static String className(JsonNode json) {
        return json.path(json.has("class") ? "class" : "class_name").asText("").strip();
    }

    private static int classId(JsonNode json) {
        return json.path("class_id").asInt(-1);
    }

    private static String brief(Exception e) {
        return e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
    }

    /** Lets Jackson read an {@link Inference} wherever one is declared. */
    static final class Deserializer extends JsonDeserializer<Inference> {

        @Override
        public Inference deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode json = parser.readValueAsTree();
            try {
                return read(json);
            } catch (IllegalArgumentException e) {
                return context.reportInputMismatch(Inference.class, "%s", e.getMessage());
            }
        }
    }
}
