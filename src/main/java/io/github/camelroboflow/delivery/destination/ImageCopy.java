package io.github.camelroboflow.delivery.destination;

import java.io.File;
import java.net.URLConnection;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes the image itself the body, to be stored under the name in the variable {@code copy}. */
public final class ImageCopy implements Processor {

    @Override
    public void process(Exchange exchange) {
        File image = Delivered.image(exchange);
        CopyNames.bind(exchange, result -> CopyNames.ofImage(result, image.getName()));
        String type = URLConnection.guessContentTypeFromName(image.getName());
        exchange.getMessage().setHeader(Headers.OBJECT_TYPE, type == null ? "application/octet-stream" : type);
        exchange.getMessage().setBody(image);
    }
}
