package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.hc.core5.net.URIBuilder;

/**
 * The platform's older answer, {@code GET /ort/{project}/{version}}: one ONNX file and one {@code environment.json} for each model,
 * without checksums, and what else belongs to them within the answer.
 */
final class OlderWeights {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private OlderWeights() {
    }

    /** Whether the platform knows such a model by the older way: those by project and version. */
    static boolean knows(String model) {
        return model.matches("[^/]+/\\d+");
    }

    /**
     * @param model    as the platform knows it
     * @param platform gives the JSON at an address, or throws what refused it
     * @throws IllegalArgumentException saying what is wrong with what is offered
     */
    static ModelOffer ask(String model, URI base, Function<URI, ObjectNode> platform) {
        JsonNode ort = platform.apply(address(model, base)).path("ort");
        if (!ort.path("model").isTextual() || !ort.path("environment").isTextual()) {
            throw new IllegalArgumentException("the older answer has no ort with model and environment");
        }
        List<RemoteFile> files = List.of(RemoteFile.of("weights.onnx", ort.path("model").asText(), ""),
                RemoteFile.of("environment.json", ort.path("environment").asText(), ""));
        String task = ort.path("type").asText("object-detection");
        Map<String, String> texts = new HashMap<>();
        // "ort" names no architecture
        String type = ort.path("modelType").asText("").replaceFirst("^ort$", "");
        texts.put("model_type.json", MAPPER.createObjectNode().put("project_task_type", task).put("model_type", type)
                .put("model_id", model).toPrettyString());
        // a classifier's names are those of its CLASS_MAP, whose order may be another
        if (ort.path("classes").isArray() && !task.contains("classification")) {
            List<String> names = new ArrayList<>();
            ort.path("classes").forEach(name -> names.add(name.asText().replaceAll("\\R", " ")));
            texts.put("class_names.txt", String.join("\n", names) + "\n");
        }
        if (ort.path("keypoints_metadata").isArray()) {
            texts.put("keypoints_metadata.json", ort.path("keypoints_metadata").toPrettyString());
        }
        return new ModelOffer(files, texts, ort.path("colors").isObject() ? ort.path("colors").toString() : "");
    }

    private static URI address(String model, URI base) {
        try {
            return new URIBuilder(base + "/ort/" + model).addParameter("nocache", "true").addParameter("device", "camel-roboflow")
                    .addParameter("dynamic", "true").build();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(model + " makes no address", e);
        }
    }
}
