package io.github.camelroboflow.app.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.export.CsvTable;
import io.github.camelroboflow.export.ExportedImage;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * A line of {@code results.jsonl}: an image with its result, or with the reason why there is none.
 *
 * @param image    the name relative to the folder of the batch
 * @param size     of the image's file, in bytes
 * @param modified the time when the file was changed
 * @param sha256   of the file's bytes, in hex; empty if it could not be read
 * @param result   {@code null} for an image that failed
 * @param error    a sentence for a person; {@code null} for an image with a result
 */
record ResultLine(String image, long size, Instant modified, String sha256, Inference result, String error) {

    static ResultLine of(BatchImage image, String sha256, Inference result) {
        return new ResultLine(image.name(), image.size(), image.modified(), sha256, result, null);
    }

    static ResultLine failure(BatchImage image, String error) {
        return new ResultLine(image.name(), image.size(), image.modified(), "", null, error);
    }

    /** Returns the line of a text; empty if it is none, such as the torn end of a file. */
    static Optional<ResultLine> parse(String text) {
        try {
            JsonNode json = Json.STRICT.readTree(text);
            JsonNode result = json.path("result");
            if (!json.path("image").isTextual() || !json.path("modified").isTextual()
                    || result.isObject() == json.has("error")) {
                return Optional.empty();
            }
            return Optional.of(new ResultLine(json.path("image").textValue(), json.path("size").longValue(),
                    Instant.parse(json.path("modified").textValue()), json.path("sha256").asText(),
                    result.isObject() ? InferenceJson.read(result) : null, json.path("error").textValue()));
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    boolean isFailure() {
        return error != null;
    }

    /** Returns the same line for a file that was touched and kept its bytes. */
    ResultLine withModified(Instant time) {
        return new ResultLine(image, size, time, sha256, result, error);
    }

    /** Returns the line without its line break. */
    String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("image", image).put("size", size)
                .put("modified", modified.toString());
        if (isFailure()) {
            json.put("error", error);
        } else {
            json.put("sha256", sha256).set("result", result.toJson());
        }
        return json.toString();
    }

    /** Returns the rows in {@code results.csv}. */
    String csv() {
        return isFailure() ? CsvTable.failure(image, error) : CsvTable.rows(exported());
    }

    ExportedImage exported() {
        return new ExportedImage(image, result);
    }
}
