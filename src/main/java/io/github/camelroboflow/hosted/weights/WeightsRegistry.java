package io.github.camelroboflow.hosted.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.weights.ModelManifest.RemoteFile;
import io.github.camelroboflow.inference.support.Json;
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
 * Reads the platform's registry of model packages, {@code GET /models/v1/external/weights}, which Roboflow's current
 * engine uses. It has several packages for each model, each with its files and their MD5, in pages.
 */
final class WeightsRegistry {

    private static final int MAX_PAGES = 10;

    private WeightsRegistry() {
    }

    /**
     * Returns the manifest of the package that fits best.
     *
     * @param model the platform's id of the model
     * @param platform a function that returns the JSON at an address or throws the rejection
     * @throws IllegalArgumentException with the reason if no package can be used
     */
    static ModelManifest ask(String model, URI base, Function<URI, ObjectNode> platform) {
        List<RegisteredPackage> packages = new ArrayList<>();
        JsonNode metadata;
        String next = "";
        int pages = 0;
        do {
            metadata = platform.apply(address(model, base, next)).path("modelMetadata");
            if (!metadata.path("modelPackages").isArray()) {
                throw new IllegalArgumentException("the registry's response has no modelPackages");
            }
            metadata.path("modelPackages").forEach(json -> packages.add(new RegisteredPackage(json)));
            next = metadata.path("nextPage").asText("");
        } while (!next.isEmpty() && ++pages < MAX_PAGES);
        RegisteredPackage best = packages.stream().filter(RegisteredPackage::fits).min(RegisteredPackage.BEST_FIRST)
                .orElseThrow(() -> new IllegalArgumentException("it has no ONNX package with 32-bit floats, which is needed"
                        + " here; its packages: " + (packages.isEmpty() ? "none" : String.join(", ",
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
            throw new IllegalStateException(model + " is no valid address", e);
        }
    }

    /** Returns the task and the architecture, which the package itself does not contain. */
    private static String config(JsonNode metadata) {
        ObjectNode config = Json.MAPPER.createObjectNode().put("backend_type", "onnx");
        Map.of("task_type", "taskType", "model_architecture", "modelArchitecture", "model_variant", "modelVariant")
                .forEach((name, field) -> {
                    if (metadata.path(field).isTextual()) {
                        config.set(name, metadata.path(field));
                    }
                });
        return config.toPrettyString();
    }

    /**
     * A package of a model, an {@code external-model-package-v1} of the registry.
     *
     * @param json the package as the registry gives it
     */
    record RegisteredPackage(JsonNode json) {

        private static final int MAX_BATCH = 64;
        /** The kinds of numbers of nets that run inside this JVM, the most exact first. */
        private static final List<String> QUANTIZATIONS = List.of("", "fp32", "fp16", "int8");

        /** Orders first the most exact packages, and of these the ones that run a single image with the least waste. */
        static final Comparator<RegisteredPackage> BEST_FIRST = Comparator
                .comparing((RegisteredPackage one) -> Math.max(1, QUANTIZATIONS.indexOf(one.quantization())))
                .thenComparing(one -> Math.max(1, one.batch()));

        private JsonNode manifest() {
            return json.path("packageManifest");
        }

        private String backend() {
            return manifest().path("backendType").asText("?");
        }

        private String quantization() {
            return manifest().path("quantization").asText("");
        }

        /** Returns the fixed batch size; 0 for any size. */
        private int batch() {
            return manifest().path("staticBatchSize").asInt(0);
        }

        /** Returns whether the package can run inside this JVM according to its description. */
        boolean fits() {
            return backend().equals("onnx") && QUANTIZATIONS.contains(quantization()) && batch() <= MAX_BATCH
                    && isTrusted() && StreamSupport.stream(files().spliterator(), false)
                            .anyMatch(file -> file.path("fileHandle").asText().endsWith(".onnx"));
        }

        private boolean isTrusted() {
            return json.path("trustedSource").asBoolean(true);
        }

        JsonNode files() {
            return json.path("packageFiles");
        }

        /** Returns a short description such as {@code trt fp16}. */
        @Override
        public String toString() {
            return Optional.of(backend()).map(name -> quantization().isEmpty() ? name : name + " " + quantization())
                    .map(name -> batch() > 1 ? name + " for " + batch() + " images at a time" : name)
                    .map(name -> isTrusted() ? name : name + " from an untrusted source").orElseThrow();
        }
    }

    /**
     * Reads the platform's older API, {@code GET /ort/{project}/{version}}: one ONNX file and one
     * {@code environment.json} for each model, without checksums, and further data within the response.
     */
    static final class LegacyWeights {

        private LegacyWeights() {
        }

        /** Returns whether the older API supports the model: it supports ids of project and version. */
        static boolean knows(String model) {
            return model.matches("[^/]+/\\d+");
        }

        /**
         * Returns the manifest of the model.
         *
         * @param model the platform's id of the model
         * @param platform a function that returns the JSON at an address or throws the rejection
         * @throws IllegalArgumentException with the reason if the files can't be used
         */
        static ModelManifest ask(String model, URI base, Function<URI, ObjectNode> platform) {
            JsonNode ort = platform.apply(address(model, base)).path("ort");
            if (!ort.path("model").isTextual() || !ort.path("environment").isTextual()) {
                throw new IllegalArgumentException("the response of the older API has no ort with model and environment");
            }
            List<RemoteFile> files = List.of(RemoteFile.of("weights.onnx", ort.path("model").asText(), ""),
                    RemoteFile.of("environment.json", ort.path("environment").asText(), ""));
            String task = ort.path("type").asText("object-detection");
            Map<String, String> texts = new HashMap<>();
            // "ort" is no architecture
            String type = ort.path("modelType").asText("").replaceFirst("^ort$", "");
            texts.put("model_type.json", Json.MAPPER.createObjectNode().put("project_task_type", task).put("model_type", type)
                    .put("model_id", model).toPrettyString());
            // a classifier's class names come from its CLASS_MAP, whose order may differ
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
                throw new IllegalStateException(model + " is no valid address", e);
            }
        }
    }
}
