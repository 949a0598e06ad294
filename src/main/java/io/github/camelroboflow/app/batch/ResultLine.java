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
import java.util.Objects;
import java.util.Optional;

/**
 * A line of {@code results.jsonl}: an image with its result, or with the reason why there is none.
 *
 * @param image    the name relative to the folder or the prefix of the batch
 * @param size     in bytes
 * @param modified the time when the file was changed; {@code null} for an object
 * @param etag     of the object; {@code null} for a file
 * @param sha256   of the image's bytes, in hex; empty if it could not be read
 * @param result   {@code null} for an image that failed
 * @param error    a sentence for a person; {@code null} for an image with a result
 */
public record ResultLine(String image, long size, Instant modified, String etag, String sha256, Inference result, String error) {

    static ResultLine of(BatchImage image, String sha256, Inference result) {
        return new ResultLine(image.name(), image.size(), image.modified(), image.etag(), sha256, result, null);
    }

    static ResultLine failure(BatchImage image, String error) {
        return new ResultLine(image.name(), image.size(), image.modified(), image.etag(), "", null, error);
    }

    /** Returns the line of a text; empty if it is none, such as the torn end of a file. */
    static Optional<ResultLine> parse(String text) {
        try {
            JsonNode json = Json.STRICT.readTree(text);
            JsonNode result = json.path("result");
            if (!json.path("image").isTextual() || json.has("modified") == json.has("etag")
                    || result.isObject() == json.has("error")) {
                return Optional.empty();
            }
            return Optional.of(new ResultLine(json.path("image").textValue(), json.path("size").longValue(),
                    json.has("modified") ? Instant.parse(json.path("modified").asText()) : null,
                    json.path("etag").textValue(), json.path("sha256").asText(),
                    result.isObject() ? InferenceJson.read(result) : null, json.path("error").textValue()));
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns whether there is a reason instead of a result. */
    public boolean isFailure() {
        return error != null;
    }

    /** Returns the image as it was listed. */
    BatchImage listed() {
        return new BatchImage(image, null, size, modified, etag, 0);
    }

    /** Returns whether an image is the same by its size and its time of change or etag. */
    boolean isOf(BatchImage now) {
        return size == now.size() && Objects.equals(modified, now.modified()) && Objects.equals(etag, now.etag());
    }

    /** Returns the same line for an image that was touched or stored again, and kept its bytes. */
    ResultLine keptAs(BatchImage now) {
        return new ResultLine(image, size, now.modified(), now.etag(), sha256, result, error);
    }

    /** Returns the line without its line break. */
    String json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("image", image).put("size", size);
        if (etag == null) {
            json.put("modified", modified.toString());
        } else {
            json.put("etag", etag);
        }
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
