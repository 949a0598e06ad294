package io.github.camelroboflow.app.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.delivery.bucket.BucketImages.BucketAddress;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map.Entry;
import org.apache.camel.CamelContext;

/**
 * The things besides the images on which the results in a folder depend: the source of the images, the model, its server and the
 * options. They are in {@code batch.json}, so that results of different runs are never mixed.
 */
public final class BatchIdentity {

    private static final String FILE = "batch.json";

    private final ObjectNode values = JsonNodeFactory.instance.objectNode();
    private final List<Appearance> models = new ArrayList<>();

    /** @param in the identity of the source */
    BatchIdentity(String in, CamelContext context) {
        values.put("in", in);
        context.getEndpoints().stream().filter(RoboflowEndpoint.class::isInstance).map(RoboflowEndpoint.class::cast)
                .forEach(this::add);
    }

    private void add(RoboflowEndpoint endpoint) {
        // the weights on a server are not known
        endpoint.server().ifPresent(server -> values.put("server", server));
        endpoint.modelDescription().ifPresent(model -> {
            values.put("model", model.id().value()).put("weights", model.weightsHash())
                    .put("options", endpoint.inferenceOptions().fingerprint());
            models.add(model.appearance());
        });
    }

    /** Returns what is known of the model of earlier results, such as {@code parts-detect/1, weights 12ab}, for a person. */
    public static String modelOf(Path folder) throws IOException {
        JsonNode earlier = earlier(folder);
        String weights = earlier.path("weights").asText();
        String server = earlier.path("server").asText();
        return earlier.path("model").asText("not known") + (weights.isEmpty() ? "" : ", weights " + weights)
                + (server.isEmpty() ? "" : ", on " + server);
    }

    /** Returns the folder or the address of the bucket whose results are in a folder; empty if that is not known. */
    public static String sourceOf(Path folder) throws IOException {
        String in = earlier(folder).path("in").asText();
        return BucketAddress.isMeant(in) ? in.replaceFirst("(.*) of .*", "$1") : in;
    }

    private static JsonNode earlier(Path folder) throws IOException {
        return Files.exists(folder.resolve(FILE)) ? Json.MAPPER.readTree(folder.resolve(FILE).toFile())
                : JsonNodeFactory.instance.objectNode();
    }

    /** Returns the classes of the models with their keypoints; without classes if only results tell them. */
    List<Appearance> models() {
        return models;
    }

    /**
     * Compares this run with the earlier run whose results the folder holds; begins a new one if there is none.
     *
     * @throws IOException with a sentence for a person if they differ, or the file can't be read or written
     */
    void check(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (Files.notExists(file)) {
            Path temporary = folder.resolve("." + FILE + ".tmp");
            Files.writeString(temporary, values.toPrettyString() + "\n");
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        JsonNode earlier = Json.MAPPER.readTree(file.toFile());
        for (Entry<String, JsonNode> value : values.properties()) {
            if (!value.getValue().equals(earlier.get(value.getKey()))) {
                String before = earlier.path(value.getKey()).asText("not known");
                String now = value.getValue().asText();
                throw new AnotherRunException(folder + " holds results of another run, whose " + value.getKey() + " was "
                        + without(now, before) + " and is " + without(before, now)
                        + " now: name another folder for the results, or delete that one");
            }
        }
    }

    /** Returns a text without those of its parts that another one has, too: of many options only those that differ. */
    private static String without(String other, String text) {
        List<String> parts = new ArrayList<>(List.of(text.split("&")));
        parts.removeAll(List.of(other.split("&")));
        return parts.isEmpty() ? text : String.join("&", parts);
    }

    /** Thrown if a folder has results of another run. The message is for a person. */
    static final class AnotherRunException extends IOException {

        private static final long serialVersionUID = 1;

        AnotherRunException(String message) {
            super(message);
        }
    }
}
