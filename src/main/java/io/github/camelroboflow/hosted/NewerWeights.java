package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.hc.core5.net.URIBuilder;

/**
 * The platform's registry of model packages, {@code GET /models/v1/external/weights}, which Roboflow's current engine uses: several
 * packages for each model, each with its files and their MD5, in pages.
 */
final class NewerWeights {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MOST_PAGES = 10;

    private NewerWeights() {
    }

    /**
     * @param model    as the platform knows it
     * @param platform gives the JSON at an address, or throws what refused it
     * @throws IllegalArgumentException saying what is wrong with what is offered
     */
    static ModelOffer ask(String model, URI base, Function<URI, ObjectNode> platform) {
        List<OfferedPackage> packages = new ArrayList<>();
        JsonNode metadata;
        String next = "";
        int pages = 0;
        do {
            metadata = platform.apply(address(model, base, next)).path("modelMetadata");
            if (!metadata.path("modelPackages").isArray()) {
                throw new IllegalArgumentException("the registry's answer has no modelPackages");
            }
            metadata.path("modelPackages").forEach(json -> packages.add(new OfferedPackage(json)));
            next = metadata.path("nextPage").asText("");
        } while (!next.isEmpty() && ++pages < MOST_PAGES);
        OfferedPackage best = packages.stream().filter(OfferedPackage::fits).min(OfferedPackage.BEST_FIRST)
                .orElseThrow(() -> new IllegalArgumentException("it is not offered as ONNX with 32-bit floats, which is what runs"
                        + " here; offered are: " + (packages.isEmpty() ? "none" : String.join(", ",
                                packages.stream().map(OfferedPackage::toString).distinct().toList()))));
        List<RemoteFile> files = new ArrayList<>();
        best.files().forEach(file -> files.add(RemoteFile.of(file.path("fileHandle").asText(), file.path("downloadUrl").asText(),
                file.path("md5Hash").asText(""))));
        return new ModelOffer(files, Map.of("model_config.json", config(metadata)), "");
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
}
