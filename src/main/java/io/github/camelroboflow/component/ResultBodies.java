package io.github.camelroboflow.component;

import io.github.camelroboflow.annotate.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.RoboflowException;
import java.util.Base64;

/** Makes of a result what {@code format} asks for. */
final class ResultBodies {

    static final String JPEG = "image/jpeg";

    private ResultBodies() {
    }

    /**
     * The result, with a drawing if wanted, or a drawing alone, as the bytes of a JPEG. A drawing that the result already has, from
     * a server, is taken as it is.
     *
     * @throws RoboflowException if the result can't be drawn on the image
     */
    static Object body(ImageSource image, Inference inference, ModelDescription model, InferenceOptions options) {
        return switch (options.format()) {
            case JSON -> inference;
            case IMAGE -> isDrawn(inference) ? received(image, inference) : draw(image, inference, model, options);
            case IMAGE_AND_JSON -> isDrawn(inference) ? inference
                    : inference.withVisualization(Base64.getEncoder().encodeToString(draw(image, inference, model, options)));
        };
    }

    private static boolean isDrawn(Inference inference) {
        return !inference.info().visualization().isEmpty();
    }

    private static byte[] received(ImageSource image, Inference inference) {
        try {
            return Base64.getDecoder().decode(inference.info().visualization());
        } catch (IllegalArgumentException e) {
            throw new RoboflowException("the drawing that came with the result for image '" + image.name() + "' is not base64", e);
        }
    }

    private static byte[] draw(ImageSource image, Inference inference, ModelDescription model, InferenceOptions options) {
        if (image instanceof ImageSource.OfUrl) {
            throw new RoboflowException("the server sent no drawing for image '" + image.name()
                    + "', and its bytes are not here to draw on: take the result with format=json");
        }
        try {
            return Annotator.draw(image, inference, new AnnotationStyle(model.colors(), options.labels(), options.stroke(),
                    !options.disablePreprocAutoOrient()));
        } catch (NoClassDefFoundError e) {
            throw new RoboflowException("the server sent no drawing for image '" + image.name()
                    + "', and to draw it here org.bytedeco:opencv is missing on the class path, with the jars of your platform", e);
        }
    }
}
