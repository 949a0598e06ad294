package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.ImageSize;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.net.URIBuilder;

/** One image through one model: {@code POST /{project}/{version}}, which every one of Roboflow's servers has. */
final class InferenceCall implements Call<Inference> {

    /** So many that they do no harm if they are not there. */
    private static final long TRUSTED_PIXELS = 4_000_000;

    private final HostedSettings settings;
    private final ModelId model;
    private final ImageSource image;
    private final InferenceOptions options;
    private final ImageInput input;
    private SmallerImage smaller;

    InferenceCall(HostedSettings settings, ModelId model, ImageSource image, InferenceOptions options, ImageInput input) {
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
            request.setEntity(input == ImageInput.BASE64 ? ImageBodies.base64(sent()) : ImageBodies.multipart(sent()));
            return request;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(model + " makes no address", e);
        }
    }

    private ImageSource sent() throws IOException {
        if (options.maxImageSize() == 0) {
            return image;
        }
        if (smaller == null) {
            smaller = SmallerImage.of(image, options.maxImageSize(), !options.disablePreprocAutoOrient(), options.maxPixels());
        }
        return smaller.image();
    }

    @Override
    public String whenTooLarge() {
        return "send smaller images, or have them made smaller with maxImageSize";
    }

    @Override
    public Inference read(Answer answer) {
        ObjectNode json = answer.object().orElseThrow(() -> notUnderstood(answer, ""));
        if (json.path("is_stub").asBoolean()) {
            throw new RoboflowRejectedException(settings.host() + " has no trained model " + model
                    + ", only a stub that finds nothing: train a version of the project and use its number");
        }
        try {
            checkSize(json);
            Selection.apply(json, options);
            if (smaller != null) {
                smaller.scaleBack(json);
            }
            return InferenceJson.read(json);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw notUnderstood(answer, ", " + settings.key().hideIn(e.getMessage()));
        }
    }

    /** An answer that says its image is larger than the one that was sent would have masks made as large as that. */
    private void checkSize(ObjectNode json) {
        ImageSize told = new ImageSize(Math.max(0, json.path("image").path("width").asInt()),
                Math.max(0, json.path("image").path("height").asInt()));
        if (told.area() <= TRUSTED_PIXELS) {
            return;
        }
        ImageSize known = smaller == null ? sizeOfImage() : smaller.sent();
        if (known.area() > 0 ? told.area() > known.area() : told.area() > options.maxPixels()) {
            throw new IllegalArgumentException("claims to be of an image of " + told + " pixels");
        }
    }

    private ImageSize sizeOfImage() {
        try {
            return image instanceof ImageSource.OfUrl ? ImageSize.UNKNOWN : JavaImages.size(image.bytes());
        } catch (IOException e) {
            return ImageSize.UNKNOWN;
        }
    }

    /** Not the image's fault: something else than Roboflow's server answers at that address. */
    private RoboflowUnavailableException notUnderstood(Answer answer, String reason) {
        return new RoboflowUnavailableException(
                answer.notUnderstood(settings.host(), model.value(), "is no result of a model" + reason, addressOption()));
    }
}
