package io.github.camelroboflow.delivery.source;

import io.github.camelroboflow.inference.support.ContractNames;
import java.io.File;
import org.apache.camel.Exchange;

/** The properties that every source of images sets in an exchange, for the steps that follow. */
public final class ImageExchange {

    /**
     * Header: the file name for the image's result, {@code <folder>/<full file name>.json}, safe as a path and short enough for a
     * file system.
     */
    public static final String RESULT_FILE = "CamelRoboflowResultFile";

    /** Header: the name of the watched folder that the image came from, if the program watches several. */
    public static final String WATCH = "CamelRoboflowWatch";

    /** Exchange variable: the image's file, which exists until the exchange ends. */
    public static final String IMAGE = "image";

    /** Exchange property: {@code true} if there was no image to take, so that the end of the exchange is no success. */
    static final String NOTHING = "CamelRoboflowNothingTaken";

    private static final String BEFORE_DELIVERY = "CamelRoboflowBeforeDelivery";

    private ImageExchange() {
    }

    /**
     * Sets the properties of an image.
     *
     * @param resultFile the file name for its result
     */
    public static void describe(Exchange exchange, String source, String name, String version, String resultFile, File image) {
        exchange.setProperty(ContractNames.SOURCE, source);
        exchange.setProperty(ContractNames.IMAGE_NAME, name);
        exchange.setProperty(ContractNames.IMAGE_VERSION, version);
        exchange.setVariable(IMAGE, image);
        exchange.getMessage().setHeader(RESULT_FILE, resultFile);
        AcceptedDestinations.track(exchange);
    }

    /**
     * Sets a check that runs just before the result of the image is delivered.
     *
     * @param check throws an exception if the image is not this program's any more, so that nothing is delivered
     */
    public static void beforeDelivery(Exchange exchange, Runnable check) {
        exchange.setProperty(BEFORE_DELIVERY, check);
    }

    /** Runs the check of {@link #beforeDelivery}, if there is one. */
    public static void checkDelivery(Exchange exchange) {
        Runnable check = exchange.getProperty(BEFORE_DELIVERY, Runnable.class);
        if (check != null) {
            check.run();
        }
    }

    /** Ends the route for an exchange without an image. */
    public static void endWithoutImage(Exchange exchange) {
        exchange.setProperty(NOTHING, true);
        exchange.setRouteStop(true);
    }

    public static boolean hasNoImage(Exchange exchange) {
        return exchange.getProperty(NOTHING, false, boolean.class);
    }
}
