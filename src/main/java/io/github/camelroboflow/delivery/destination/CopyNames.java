package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.FileNames;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;

/** The names of what lies beside a result {@code a.jpg.json}: the image {@code a.jpg}, the drawing {@code a.jpg.annotated.jpg}. */
final class CopyNames {

    private static final String VARIABLE = "copy";
    private static final String MAKER = "CamelRoboflowCopyName";
    private static final String RESULT = ".json";

    private CopyNames() {
    }

    /** @param name makes the copy's name of the result's */
    static void bind(Exchange exchange, UnaryOperator<String> name) {
        exchange.setVariable(VARIABLE, name.apply(Delivered.resultFile(exchange)));
        exchange.setProperty(MAKER, name);
    }

    /** Makes the name of the copy that is in the body. */
    @SuppressWarnings("unchecked")
    static UnaryOperator<String> bound(Exchange exchange) {
        return exchange.getProperty(MAKER, UnaryOperator.class);
    }

    /** @param image the file name of the image, for its ending: the result's name is without it where it was too long */
    static String ofImage(String resultFile, String image) {
        String name = stem(resultFile);
        int dot = image.lastIndexOf('.');
        String ending = dot < 0 ? "" : image.substring(dot);
        return name.regionMatches(true, name.length() - ending.length(), ending, 0, ending.length()) ? name
                : FileNames.withSuffix(name, ending);
    }

    static String ofDrawing(String resultFile) {
        return FileNames.withSuffix(stem(resultFile), ".annotated.jpg");
    }

    private static String stem(String resultFile) {
        return resultFile.endsWith(RESULT) ? resultFile.substring(0, resultFile.length() - RESULT.length()) : resultFile;
    }
}
