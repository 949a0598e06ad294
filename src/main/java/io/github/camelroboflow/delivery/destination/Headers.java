package io.github.camelroboflow.delivery.destination;

import java.util.Map;
import org.apache.camel.Message;

/** What goes along with a message: nothing that the source or an earlier step left in its headers. */
final class Headers {

    /** The content type of an object in S3. */
    static final String OBJECT_TYPE = "CamelAwsS3ContentType";

    private Headers() {
    }

    /** Leaves these, and the delivery's id, which Camel keeps to itself, and no others. */
    static void replace(Message message, Map<String, Object> headers) {
        message.removeHeaders("*", Delivered.DELIVERY_ID);
        headers.forEach(message::setHeader);
    }
}
