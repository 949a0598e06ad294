package io.github.camelroboflow.hosted.inference;

import static io.github.camelroboflow.inference.InferenceOption.CLASSES;
import static io.github.camelroboflow.inference.InferenceOption.CLASS_AGNOSTIC_NMS;
import static io.github.camelroboflow.inference.InferenceOption.DISABLE_PREPROC_AUTO_ORIENT;
import static io.github.camelroboflow.inference.InferenceOption.MAX_DETECTIONS;
import static io.github.camelroboflow.inference.InferenceOption.MAX_IMAGE_SIZE;
import static io.github.camelroboflow.inference.InferenceOption.MAX_PIXELS;
import static io.github.camelroboflow.inference.InferenceOption.OVERLAP;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.http.ApiCall;
import io.github.camelroboflow.hosted.http.ApiResponse;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelId.PublicModels;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.net.URIBuilder;

/** Runs one model on one image with {@code POST /{project}/{version}}, which all of Roboflow's servers support. */
public final class InferenceCall implements ApiCall<Inference> {

    /** A number of pixels whose masks need little memory even if the response claims a wrong size. */
    private static final long TRUSTED_PIXELS = 4_000_000;

    private final HostedSettings settings;
    private final ModelId model;
    private final ImageSource image;
    private final InferenceOptions options;
    private final ImageInput input;
    private DownscaledImage smaller;

    public InferenceCall(HostedSettings settings, ModelId model, ImageSource image, InferenceOptions options, ImageInput input) {
        this.settings = settings;
        this.model = model;
        this.image = image;
        this.options = options;
        this.input = input;
    }

    @Override
    public String subject() {
        return "image '" + image.name() + "' for " + model;
    }

    @Override
    public String target() {
        return model.value();
    }

    @Override
    public List<ImageSource> images() {
        return List.of(image);
    }

    @Override
    public HttpUriRequestBase request() throws IOException {
        URIBuilder address;
        try {
            address = new URIBuilder(settings.host().base() + "/" + PublicModels.resolve(model));
            address.addParameters(InferenceParameters.of(options));
            if (image instanceof ImageSource.OfUrl url) {
                address.addParameter("image", url.url().toString());
                return new HttpPost(address.build());
            }
            HttpPost request = new HttpPost(address.build());
            request.setEntity(input == ImageInput.BASE64 ? ImageBody.base64(imageToSend()) : ImageBody.multipart(imageToSend()));
            return request;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(model + " is no valid address", e);
        }
    }

    private ImageSource imageToSend() throws IOException {
        if (options.get(MAX_IMAGE_SIZE) == 0) {
            return image;
        }
        if (smaller == null) {
            smaller = DownscaledImage.of(image, options.get(MAX_IMAGE_SIZE), !options.get(DISABLE_PREPROC_AUTO_ORIENT),
                    options.get(MAX_PIXELS));
        }
        return smaller.image();
    }

    @Override
    public String tooLargeAdvice() {
        return "send smaller images, or set maxImageSize to scale them down";
    }

    @Override
    public Inference read(ApiResponse answer) {
        ObjectNode json = answer.jsonObject().orElseThrow(() -> unexpectedResponse(answer, ""));
        if (json.path("is_stub").asBoolean()) {
            throw new RoboflowRejectedException(settings.host() + " has no trained model for " + model
                    + ", only a stub without detections: train a version of the project and use its number");
        }
        try {
            checkSize(json);
            PredictionFilter.apply(json, options);
            if (smaller != null) {
                smaller.scaleBack(json);
            }
            return InferenceJson.read(json);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw unexpectedResponse(answer, ", " + settings.key().redact(e.getMessage()));
        }
    }

    /** Checks the image size in the response. A size larger than the sent image would cause masks of that size. */
    private void checkSize(ObjectNode json) {
        ImageSize claimed = new ImageSize(Math.max(0, json.path("image").path("width").asInt()),
                Math.max(0, json.path("image").path("height").asInt()));
        if (claimed.area() <= TRUSTED_PIXELS) {
            return;
        }
        ImageSize known = smaller == null ? sizeOfImage() : smaller.sent();
        if (known.area() > 0 ? claimed.area() > known.area() : claimed.area() > options.get(MAX_PIXELS)) {
            throw new IllegalArgumentException("claims an image of " + claimed + " pixels");
        }
    }

    private ImageSize sizeOfImage() {
        try {
            return image instanceof ImageSource.OfUrl ? ImageSize.UNKNOWN : JavaImageCodec.size(image.bytes());
        } catch (IOException e) {
            return ImageSize.UNKNOWN;
        }
    }

    /**
     * Returns the exception for a response that is no result. Something other than Roboflow's server responded, so the
     * image is not the cause.
     */
    private RoboflowUnavailableException unexpectedResponse(ApiResponse answer, String reason) {
        return new RoboflowUnavailableException(
                answer.unexpectedResponse(settings.host(), model.value(), "is no model result" + reason, addressOption()));
    }

    /**
     * Removes unwanted predictions from a response, because servers ignore some options. Other fields stay unchanged.
     */
    static final class PredictionFilter {

        private static final int MAX_COMPARED = 20_000;

        private PredictionFilter() {
        }

        static void apply(ObjectNode answer, InferenceOptions options) {
            if (!(answer.path("predictions") instanceof ArrayNode predictions) || answer.has("top")) {
                // classes of a classification compete with each other, so all of them stay
                return;
            }
            // limits the comparison of each box with every other
            cut(predictions, MAX_COMPARED);
            if (options.get(CLASS_AGNOSTIC_NMS)) {
                suppress(predictions, options.get(OVERLAP));
            }
            cut(predictions, options.get(MAX_DETECTIONS));
            if (!options.get(CLASSES).isEmpty()) {
                Set<String> wanted = new HashSet<>(options.get(CLASSES));
                for (Iterator<JsonNode> each = predictions.iterator(); each.hasNext();) {
                    JsonNode prediction = each.next();
                    if (!wanted.contains(prediction.path(prediction.has("class") ? "class" : "class_name").asText().strip())) {
                        each.remove();
                    }
                }
            }
        }

        private static void cut(ArrayNode predictions, int most) {
            while (predictions.size() > most) {
                predictions.remove(predictions.size() - 1);
            }
        }

        /**
         * Removes each box that overlaps a more confident one too much. The server kept both if their classes differ.
         * The boxes are in descending order of confidence.
         */
        private static void suppress(ArrayNode predictions, double overlap) {
            List<JsonNode> kept = new ArrayList<>();
            for (Iterator<JsonNode> each = predictions.iterator(); each.hasNext();) {
                JsonNode prediction = each.next();
                if (kept.stream().anyMatch(better -> intersectionOverUnion(better, prediction) > overlap)) {
                    each.remove();
                } else {
                    kept.add(prediction);
                }
            }
        }

        private static double intersectionOverUnion(JsonNode a, JsonNode b) {
            double width = common(a, b, "x", "width");
            double height = common(a, b, "y", "height");
            double common = width * height;
            double union = a.path("width").asDouble() * a.path("height").asDouble()
                    + b.path("width").asDouble() * b.path("height").asDouble()
                    - common;
            return union > 0 ? common / union : 0;
        }

        private static double common(JsonNode a, JsonNode b, String centre, String size) {
            double halfA = a.path(size).asDouble() / 2;
            double halfB = b.path(size).asDouble() / 2;
            return Math.max(0, Math.min(a.path(centre).asDouble() + halfA, b.path(centre).asDouble() + halfB)
                    - Math.max(a.path(centre).asDouble() - halfA, b.path(centre).asDouble() - halfB));
        }
    }
}
