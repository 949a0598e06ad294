package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * One of the forms in which the platform offers a model: an {@code external-model-package-v1} of its registry.
 *
 * @param json the package as it was told
 */
record OfferedPackage(JsonNode json) {

    /** Those first that run a single image with the least waste. */
    static final Comparator<OfferedPackage> BEST_FIRST = Comparator.comparing(one -> one.batch() == 0 ? 1 : one.batch());

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
        return backend().equals("onnx") && (quantization().isEmpty() || quantization().equals("fp32")) && batch() <= LARGEST_BATCH
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
