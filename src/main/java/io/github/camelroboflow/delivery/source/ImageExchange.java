package io.github.camelroboflow.delivery.source;

import java.io.File;
import org.apache.camel.Exchange;

/** What every source of images tells of an image that it has taken, for the steps that follow it. */
public final class ImageExchange {

    /**
     * Header: the name for the image's result, {@code <folder>/<full file name>.json}, safe as a path and no longer than one may
     * be.
     */
    public static final String RESULT_FILE = "CamelRoboflowResultFile";

    /** Exchange property: where the image came from, {@code file:data/inbox} or {@code s3://images/inbox/}. */
    public static final String SOURCE = "CamelRoboflowSource";

    /** Exchange property: the image's name relative to the inbox, as it came. Others chose it: it may hold anything. */
    public static final String IMAGE_NAME = "CamelRoboflowImageName";

    /** Exchange property: what tells the image from others of its name, a modified time or an etag. */
    public static final String IMAGE_VERSION = "CamelRoboflowImageVersion";

    /** Exchange variable: the image's file, which is there until the exchange ends. */
    public static final String IMAGE = "image";

    /** Exchange property: {@code true} if there was nothing to take after all, so that the exchange's end tells nothing. */
    static final String NOTHING = "CamelRoboflowNothingTaken";

    private ImageExchange() {
    }

    /**
     * Tells of an image.
     *
     * @param resultFile the name for its result
     */
    public static void describe(Exchange exchange, String source, String name, String version, String resultFile, File image) {
        exchange.setProperty(SOURCE, source);
        exchange.setProperty(IMAGE_NAME, name);
        exchange.setProperty(IMAGE_VERSION, version);
        exchange.setVariable(IMAGE, image);
        exchange.getMessage().setHeader(RESULT_FILE, resultFile);
        AcceptedDestinations.track(exchange);
    }

    /** Ends the route for an exchange in which there is nothing to do. */
    public static void endWithoutImage(Exchange exchange) {
        exchange.setProperty(NOTHING, true);
        exchange.setRouteStop(true);
    }

    public static boolean hasNoImage(Exchange exchange) {
        return exchange.getProperty(NOTHING, false, boolean.class);
    }
}
