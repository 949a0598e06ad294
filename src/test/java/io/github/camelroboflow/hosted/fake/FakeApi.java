package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The fake's default responses: Roboflow's routes, their checks and their errors. */
final class FakeApi {

    static final String MODEL = "my-project/3";

    private static final String DETECTION = """
            {"predictions":[{"x":120.0,"y":90.5,"width":60.0,"height":101.0,"confidence":0.9012345671653748,"class":"person",
            "class_id":1,"detection_id":"5c2a9e4e-7c0c-4d3b-9a53-3a3c1e0d2b11"},{"x":122.0,"y":50.0,"width":24.0,"height":20.0,
            "confidence":0.8123456835746765,"class":"helmet","class_id":0,
            "detection_id":"0d1f7a4a-55e6-4b62-8a0b-7f4d9a3f6c22"}]}""";
    private static final String HOME = "<!DOCTYPE html><title>Roboflow Inference</title>";

    private final HostStyle style;
    private final String key;
    private final Map<String, JsonNode> answers = new ConcurrentHashMap<>();
    private final Map<String, Function<FakeRequest, Reply>> pages = new ConcurrentHashMap<>();
    private final DatasetApi datasets;

    FakeApi(HostStyle style, String key) {
        this.style = style;
        this.key = key;
        this.datasets = new DatasetApi(project -> answers.keySet().stream().anyMatch(model -> model.startsWith(project + "/")));
    }

    void answer(String target, String json) {
        answers.put(target, Json.parse(json));
    }

    void page(String path, Function<FakeRequest, Reply> answer) {
        pages.put(path, answer);
    }

    Reply answer(FakeRequest request) {
        String path = request.path();
        if (pages.containsKey(path)) {
            return pages.get(path).apply(request);
        }
        try {
            if (path.equals("/") || path.equals("/info") || path.equals("/healthz") || path.equals("/readiness")) {
                return page(path);
            }
            if (request.length() > style.longestBody()) {
                throw new RequestRejectedException(Reply.refusal(413));
            }
            if (path.startsWith("/dataset/")) {
                if (!key.equals(givenKey(request, null))) {
                    return DatasetApi.error(401, "This API key does not exist (or has been revoked).");
                }
                return datasets.answer(request);
            }
            String[] parts = path.substring(1).split("/", -1);
            boolean workflow = path.equals("/workflows/run") || path.startsWith("/infer/workflows")
                    || parts.length == 3 && parts[1].equals("workflows");
            if (workflow) {
                return method(request, "POST") ? workflow(request) : notAllowed();
            }
            if (parts.length != 2) {
                return method(request, "GET") ? Reply.json(404, "{\"detail\":\"Not Found\"}") : notAllowed();
            }
            return method(request, "POST", "GET") ? model(request, parts[0] + "/" + parts[1]) : notAllowed();
        } catch (RequestRejectedException e) {
            return e.reply();
        }
    }

    private static boolean method(FakeRequest request, String... allowed) {
        return Arrays.asList(allowed).contains(request.method());
    }

    private static Reply notAllowed() {
        return Reply.json(405, "{\"detail\":\"Method Not Allowed\"}");
    }

    private static Reply page(String path) {
        return switch (path) {
            case "/" -> Reply.of(200, "text/html; charset=utf-8", HOME.getBytes(UTF_8));
            case "/info" -> Reply.json(200, "{\"name\":\"Roboflow Inference Server\",\"version\":\"1.5.0\",\"uuid\":\"fake\"}");
            case "/healthz" -> Reply.json(200, "{\"status\":\"healthy\"}");
            default -> Reply.json(200, "{\"status\":\"ready\"}");
        };
    }

    /** Returns the key in the server's order: query, header, body; empty if there is none. */
    private static String givenKey(FakeRequest request, JsonNode body) {
        String inQuery = request.query().getOrDefault("api_key", "");
        String header = request.header("Authorization").orElse("");
        if (!inQuery.isEmpty()) {
            return inQuery;
        }
        if (header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return header.substring(7).strip();
        }
        return body == null ? "" : body.path("api_key").asText("");
    }

    private void checkKey(String given) throws RequestRejectedException {
        if (!given.equals(key)) {
            throw new RequestRejectedException(style.wrongKey(!given.isEmpty()));
        }
    }

    private Reply model(FakeRequest request, String model) throws RequestRejectedException {
        checkKey(givenKey(request, null));
        QueryCheck.check(request.query());
        EncodedImageSize picture = picture(request);
        if (!answers.containsKey(model) && !model.equals(MODEL)) {
            throw new RequestRejectedException(style.unknownModel());
        }
        return formatted(request, result(model, picture)).header("X-Processing-Time", "0.0123").header("X-Model-Id", model);
    }

    private static EncodedImageSize picture(FakeRequest request) throws RequestRejectedException {
        String address = request.query().get("image");
        if (address == null) {
            return EncodedImageSize.of(RequestImage.of(request));
        }
        if (!address.contains("://")) {
            throw RequestRejectedException.badImage("Provided image URL is invalid");
        }
        if (!address.startsWith("https://")) {
            throw RequestRejectedException
                    .badImage("Providing images via non https:// URL is not supported in this configuration of `inference`.");
        }
        return EncodedImageSize.FETCHED;
    }

    /** Returns the configured response unchanged, or the default one with the size of the image. */
    private JsonNode result(String model, EncodedImageSize picture) {
        JsonNode given = answers.get(model);
        if (given != null) {
            return given;
        }
        ObjectNode result = Json.object().put("inference_id", UUID.randomUUID().toString()).put("time", 0.0123);
        result.putObject("image").put("width", picture.width()).put("height", picture.height());
        return result.setAll((ObjectNode) Json.parse(DETECTION));
    }

    private static Reply formatted(FakeRequest request, JsonNode result) {
        String format = request.query().getOrDefault("format", "json");
        if (format.equals("image")) {
            return Reply.of(200, "image/jpeg", EncodedImageSize.jpeg());
        }
        if (format.equals("image_and_json") && result instanceof ObjectNode object) {
            String visualization = Base64.getEncoder().encodeToString(EncodedImageSize.jpeg());
            return Reply.json(200, Json.object().put("visualization", visualization).setAll(object).toString());
        }
        return Reply.json(200, result.toString());
    }

    private Reply workflow(FakeRequest request) throws RequestRejectedException {
        JsonNode body;
        try {
            body = Json.parse(request.body());
        } catch (IOException e) {
            throw new RequestRejectedException(QueryCheck.unprocessable("body", "0", "JSON decode error", ""));
        }
        if (body.path("inputs").isMissingNode()) {
            throw new RequestRejectedException(QueryCheck.unprocessable("body", "inputs", "Field required", ""));
        }
        checkKey(givenKey(request, body));
        String target = request.path().substring(1).replaceFirst("^infer/workflows$", "workflows/run")
                .replaceFirst("^infer/workflows/([^/]+)/", "$1/workflows/");
        JsonNode outputs = answers.get(target);
        if (outputs == null) {
            throw new RequestRejectedException(Reply.refusal(404));
        }
        int images = 1;
        for (JsonNode input : body.path("inputs")) {
            images = Math.max(images, input.isArray() ? input.size() : 1);
        }
        ArrayNode all = Json.object().putArray("outputs");
        for (int i = 0; i < images; i++) {
            all.add(outputs);
        }
        return Reply.json(200, Json.object().set("outputs", all).toString());
    }
}
