package io.github.camelroboflow.hosted.fake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Roboflow's platform on one server, which requires the key, and its model files on another, which must not get the
 * key.
 */
public final class FakeWeights implements AutoCloseable {

    /** The model in every golden download, in either API. */
    public static final String MODEL = "my-project/3";

    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");
    private static final String REGISTRY = "/models/v1/external/weights";

    public final FakeRoboflow platform = FakeRoboflow.start();
    public final FakeRoboflow files = FakeRoboflow.start();

    private final Map<String, List<ObjectNode>> packages = new ConcurrentHashMap<>();

    private FakeWeights() {
        platform.page(REGISTRY, this::registry);
    }

    public static FakeWeights start() {
        return new FakeWeights();
    }

    /** Adds a golden model to the registry under {@link #MODEL}. */
    public FakeWeights newer(String golden, String architecture, String task) {
        return offer(architecture, task, onnx(golden));
    }

    /** Adds packages to the registry, one on each page. */
    public FakeWeights offer(String architecture, String task, ObjectNode... offered) {
        List<ObjectNode> pages = new ArrayList<>();
        for (ObjectNode one : offered) {
            ObjectNode metadata = Json.object().put("type", "external-model-metadata-v1").put("modelId", MODEL)
                    .put("modelArchitecture", architecture).put("taskType", task).put("modelVariant", architecture + "n");
            metadata.putArray("modelPackages").add(one);
            pages.add(metadata.put("nextPage", pages.size() + 1 < offered.length ? String.valueOf(pages.size() + 1) : null));
        }
        packages.put(MODEL, pages);
        return this;
    }

    /** Returns a package of a golden model with its files and their MD5. */
    public ObjectNode onnx(String golden) {
        ObjectNode one = offered("onnx", "fp32", 1);
        for (Path file : list(golden)) {
            if (!file.endsWith("environment.json") && !file.endsWith("model_type.json")) {
                String name = file.toString().endsWith(".onnx") ? "weights.onnx" : file.getFileName().toString();
                ((ArrayNode) one.path("packageFiles")).addObject().put("fileHandle", name)
                        .put("downloadUrl", serve(golden, file)).put("md5Hash", md5(bytes(file)));
            }
        }
        return one;
    }

    /** Returns a package without files. */
    public static ObjectNode offered(String backend, String quantization, int batch) {
        ObjectNode one = Json.object().put("type", "external-model-package-v1").put("packageId", "0abc").put("trustedSource", true);
        one.putObject("packageManifest").put("type", backend + "-model-package-v1").put("backendType", backend)
                .put("quantization", quantization).put("staticBatchSize", batch);
        one.putArray("packageFiles");
        return one;
    }

    /** Adds a golden model to the older API under {@link #MODEL}. */
    public FakeWeights older(String golden, String modelType, String task) {
        ObjectNode answer = Json.object();
        ObjectNode ort = answer.putObject("ort").put("type", task).put("modelType", modelType);
        for (Path file : list(golden)) {
            String name = file.getFileName().toString();
            if (name.endsWith(".onnx")) {
                ort.put("model", serve(golden, file));
            } else if (name.equals("environment.json")) {
                ort.put("environment", serve(golden, file));
            } else if (name.equals("class_names.txt")) {
                new String(bytes(file)).lines().forEach(ort.withArray("classes")::add);
            } else if (name.equals("keypoints_metadata.json")) {
                ort.set("keypoints_metadata", Json.parse(new String(bytes(file))));
            }
        }
        ort.putObject("colors").put("person", "#FF8000");
        platform.page("/ort/" + MODEL, request -> FakeRoboflow.KEY.equals(request.query().get("api_key"))
                ? Reply.json(200, answer.toString()) : DatasetApi.error(401, "This API key does not exist (or has been revoked)."));
        return this;
    }

    /** Serves a file at an address like Amazon's. */
    private String serve(String golden, Path file) {
        String path = "/" + golden + "/" + file.getFileName();
        files.page(path, request -> Reply.of(200, "application/octet-stream", bytes(file)));
        return files.address() + path + "?X-Amz-Expires=60&X-Amz-Signature=5ecre7";
    }

    private Reply registry(FakeRequest request) {
        if (!("Bearer " + FakeRoboflow.KEY).equals(request.header("Authorization").orElse(""))) {
            return DatasetApi.error(401, "This API key does not exist (or has been revoked).");
        }
        List<ObjectNode> pages = packages.get(request.query().getOrDefault("modelId", ""));
        return pages == null ? DatasetApi.error(404, "This model does not exist.")
                : Reply.json(200, Json.object().set("modelMetadata",
                        pages.get(Integer.parseInt(request.query().getOrDefault("startAfter", "0")))).toString());
    }

    public static Path golden(String name) {
        return GOLDEN.resolve(name);
    }

    private static List<Path> list(String golden) {
        try (Stream<Path> files = Files.list(golden(golden))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        platform.close();
        files.close();
    }
}
