package io.github.camelroboflow.hosted.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.weights.ModelManifest.RemoteFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.hc.core5.net.URIBuilder;

/**
 * The platform's registry of model packages, {@code GET /models/v1/external/weights}, which Roboflow's current engine uses: several
 * packages for each model, each with its files and their MD5, in pages.
 */
final class WeightsRegistry {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_PAGES = 10;

    private WeightsRegistry() {
    }

    /**
     * @param model    as the platform knows it
     * @param platform gives the JSON at an address, or throws what refused it
     * @throws IllegalArgumentException saying what is wrong with what is offered
     */
    static ModelManifest ask(String model, URI base, Function<URI, ObjectNode> platform) {
        List<RegisteredPackage> packages = new ArrayList<>();
        JsonNode metadata;
        String next = "";
        int pages = 0;
        do {
            metadata = platform.apply(address(model, base, next)).path("modelMetadata");
            if (!metadata.path("modelPackages").isArray()) {
                throw new IllegalArgumentException("the registry's answer has no modelPackages");
            }
            metadata.path("modelPackages").forEach(json -> packages.add(new RegisteredPackage(json)));
            next = metadata.path("nextPage").asText("");
        } while (!next.isEmpty() && ++pages < MOST_PAGES);
        RegisteredPackage best = packages.stream().filter(RegisteredPackage::fits).min(RegisteredPackage.BEST_FIRST)
                .orElseThrow(() -> new IllegalArgumentException("it is not offered as ONNX with 32-bit floats, which is what runs"
                        + " here; offered are: " + (packages.isEmpty() ? "none" : String.join(", ",
                                packages.stream().map(RegisteredPackage::toString).distinct().toList()))));
        List<RemoteFile> files = new ArrayList<>();
        best.files().forEach(file -> files.add(RemoteFile.of(file.path("fileHandle").asText(), file.path("downloadUrl").asText(),
                file.path("md5Hash").asText(""))));
        return new ModelManifest(files, Map.of("model_config.json", config(metadata)), "");
    }

    private static URI address(String model, URI base, String page) {
        try {
            URIBuilder address = new URIBuilder(base + "/models/v1/external/weights").addParameter("modelId", model);
            return (page.isEmpty() ? address : address.addParameter("startAfter", page)).build();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(model + " makes no address", e);
        }
    }

    /** What the package itself does not say: the task and the architecture. */
    private static String config(JsonNode metadata) {
        ObjectNode config = MAPPER.createObjectNode().put("backend_type", "onnx");
        Map.of("task_type", "taskType", "model_architecture", "modelArchitecture", "model_variant", "modelVariant")
                .forEach((name, told) -> {
                    if (metadata.path(told).isTextual()) {
                        config.set(name, metadata.path(told));
                    }
                });
        return config.toPrettyString();
    }

    /**
     * One of the forms in which the platform offers a model: an {@code external-model-package-v1} of its registry.
     *
     * @param json the package as it was told
     */
    record RegisteredPackage(JsonNode json) {

        /** Those first that run a single image with the least waste. */
        static final Comparator<RegisteredPackage> BEST_FIRST = Comparator.comparing(one -> one.batch() == 0 ? 1 : one.batch());

        private static final int LARGEST_BATCH = 64;

        private JsonNode manifest() {
            return json.path("packageManifest");
        }

        private String backend() {
            return manifest().path("backendType").asText("?");
        }

        private String quantization() {
            return manifest().path("quantization").asText("");
        }

        /** 0 if it takes any. */
        private int batch() {
            return manifest().path("staticBatchSize").asInt(0);
        }

        /** Whether it can run inside this JVM, as far as its description tells. */
        boolean fits() {
            return backend().equals("onnx") && (quantization().isEmpty() || quantization().equals("fp32")) && batch() <=
                    LARGEST_BATCH
                    && isTrusted() && StreamSupport.stream(files().spliterator(), false)
                            .anyMatch(file -> file.path("fileHandle").asText().endsWith(".onnx"));
        }

        private boolean isTrusted() {
            return json.path("trustedSource").asBoolean(true);
        }

        JsonNode files() {
            return json.path("packageFiles");
        }

        /** In a few words, such as {@code trt fp16}. */
        @Override
        public String toString() {
            return Optional.of(backend()).map(name -> quantization().isEmpty() ? name : name + " " + quantization())
                    .map(name -> batch() > 1 ? name + " for " + batch() + " images at a time" : name)
                    .map(name -> isTrusted() ? name : name + " of a source that isn't trusted").orElseThrow();
        }
    }

    /**
     * The platform's older answer, {@code GET /ort/{project}/{version}}: one ONNX file and one {@code environment.json} for each
     * model, without checksums, and what else belongs to them within the answer.
     */
    static final class LegacyWeights {

        private static final ObjectMapper MAPPER = new ObjectMapper();

        private LegacyWeights() {
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
        static ModelManifest ask(String model, URI base, Function<URI, ObjectNode> platform) {
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
            return new ModelManifest(files, texts, ort.path("colors").isObject() ? ort.path("colors").toString() : "");
        }

        private static URI address(String model, URI base) {
            try {
                return new URIBuilder(base + "/ort/" + model).addParameter("nocache", "true")
                        .addParameter("device", "camel-roboflow")
                        .addParameter("dynamic", "true").build();
            } catch (URISyntaxException e) {
                throw new IllegalStateException(model + " makes no address", e);
            }
        }
    }
}
