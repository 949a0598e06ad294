package io.github.camelroboflow.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Results from and to Roboflow's JSON: the answers of its server and of its older hosts, whose fields differ a little (numbers with
 * or without decimals, ids that may be absent, {@code class} or {@code class_name}, outer spaces in class names). An object that
 * is no result of a model but holds one is taken for the outputs of a workflow.
 */
public final class InferenceJson {

    /** A drawing or a mask is one text. */
    private static final int LONGEST_TEXT = 64 << 20;
    /** Names, values and brackets: each takes about 50 bytes as an object, of a quarter of the memory at most. */
    public static final long MOST_TOKENS = Math.min(20_000_000, Math.max(1_000_000, Runtime.getRuntime().maxMemory() / 200));
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).maxTokenCount(MOST_TOKENS).build())
            .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

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
            return InferenceReader.result(object);
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
        return InferenceWriter.write(inference);
    }

    private static JsonNode tree(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("this is not JSON: " + brief(e), e);
        }
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
