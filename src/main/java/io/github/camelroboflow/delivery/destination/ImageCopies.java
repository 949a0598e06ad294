package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.annotate.Annotator.AnnotationStyle;
import io.github.camelroboflow.annotate.Annotator;
import io.github.camelroboflow.delivery.destination.DeliveryExchange.MessageHeaders;
import io.github.camelroboflow.delivery.disk.FileNames;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.RoboflowException;
import java.io.File;
import java.net.URLConnection;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Names of the files beside a result {@code a.jpg.json}: the image {@code a.jpg} and the visualization {@code a.jpg.annotated.jpg}.
 */
final class ImageCopies {

    private static final String VARIABLE = "copy";
    private static final String MAKER = "CamelRoboflowCopyName";
    /** The end of a result's file name. */
    static final String RESULT = ".json";

    private ImageCopies() {
    }

    /** @param name makes the copy's name from the result's name */
    static void bind(Exchange exchange, UnaryOperator<String> name) {
        exchange.setVariable(VARIABLE, name.apply(DeliveryExchange.resultFile(exchange)));
        exchange.setProperty(MAKER, name);
    }

    /** Returns the function that names the copy in the body. */
    @SuppressWarnings("unchecked")
    static UnaryOperator<String> bound(Exchange exchange) {
        return exchange.getProperty(MAKER, UnaryOperator.class);
    }

    /** @param image the image's file name, for its extension: a result's shortened name does not hold it */
    static String ofImage(String resultFile, String image) {
        String name = stem(resultFile);
        int dot = image.lastIndexOf('.');
        String extension = dot < 0 ? "" : image.substring(dot);
        return name.regionMatches(true, name.length() - extension.length(), extension, 0, extension.length()) ? name
                : FileNames.withSuffix(name, extension);
    }

    static String ofVisualization(String resultFile) {
        return FileNames.withSuffix(stem(resultFile), ".annotated.jpg");
    }

    /** Returns the result's name without {@code .json}. */
    static String stem(String resultFile) {
        return resultFile.endsWith(RESULT) ? resultFile.substring(0, resultFile.length() - RESULT.length()) : resultFile;
    }

    /**
     * Returns a JPEG of the image with its result: the visualization of the result if there is one, as with
     * {@code format=image_and_json}.
     *
     * @param longest the length in pixels to which the longer side of a picture that is drawn here is reduced if it is greater
     * @throws RoboflowException if the result can't be drawn on the image
     */
    static byte[] annotated(Exchange exchange, int longest) {
        Inference inference = DeliveryExchange.inference(exchange);
        String visualization = inference.info().visualization();
        String name = DeliveryExchange.imageName(exchange);
        return visualization.isEmpty()
                ? Annotator.draw(ImageSource.of(name, DeliveryExchange.image(exchange).toPath()), inference,
                        AnnotationStyle.DEFAULTS, longest)
                : decode(visualization, name);
    }

    private static byte[] decode(String base64, String image) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new RoboflowException("the visualization that came with the result for image '" + image
                    + "' is not base64", e);
        }
    }

    /** Sets the image itself as the body, to be stored under the name in the variable {@code copy}. */
    public static final class OriginalCopy implements Processor {

        @Override
        public void process(Exchange exchange) {
            File image = DeliveryExchange.image(exchange);
            ImageCopies.bind(exchange, result -> ImageCopies.ofImage(result, image.getName()));
            String type = URLConnection.guessContentTypeFromName(image.getName());
            exchange.getMessage().setHeader(MessageHeaders.OBJECT_TYPE, type == null ? "application/octet-stream" : type);
            exchange.getMessage().setBody(image);
        }
    }

    /**
     * Sets a JPEG of the image with its result as the body, to be stored under the name in the variable {@code copy}.
     */
    public static final class AnnotatedCopy implements Processor {

        /** @throws RoboflowException if the result can't be drawn on the image */
        @Override
        public void process(Exchange exchange) {
            byte[] jpeg = annotated(exchange, Integer.MAX_VALUE);
            ImageCopies.bind(exchange, ImageCopies::ofVisualization);
            exchange.getMessage().setHeader(MessageHeaders.OBJECT_TYPE, "image/jpeg");
            exchange.getMessage().setBody(jpeg);
        }
    }
}
