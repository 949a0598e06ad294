package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.annotate.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.RoboflowException;
import java.util.Base64;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes a JPEG of the image with the result drawn on it the body, to be stored under the name in the variable {@code copy}. A
 * drawing that the result has already, by {@code format=image_and_json}, is taken as it is.
 */
public final class AnnotatedCopy implements Processor {

    private static final AnnotationStyle STYLE = new AnnotationStyle(Map.of(), true, 2, true);

    /** @throws RoboflowException if the result can't be drawn on the image */
    @Override
    public void process(Exchange exchange) {
        Inference inference = Delivered.inference(exchange);
        String drawn = inference.info().visualization();
        String name = Delivered.imageName(exchange);
        byte[] jpeg = drawn.isEmpty() ? Annotator.draw(ImageSource.of(name, Delivered.image(exchange).toPath()), inference, STYLE)
                : decode(drawn, name);
        CopyNames.bind(exchange, CopyNames::ofDrawing);
        exchange.getMessage().setHeader(Headers.OBJECT_TYPE, "image/jpeg");
        exchange.getMessage().setBody(jpeg);
    }

    private static byte[] decode(String base64, String image) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new RoboflowException("the drawing that came with the result for image '" + image + "' is not base64", e);
        }
    }
}
