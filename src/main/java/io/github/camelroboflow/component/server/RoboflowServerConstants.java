package io.github.camelroboflow.component.server;

import org.apache.camel.spi.Metadata;

/** The headers that a request's message comes with, besides those of the options that the client gave. */
public final class RoboflowServerConstants {

    @Metadata(description = "The model that the client asks for. It is there and ready, and its name is safe to"
                            + " be a part of a URI.", javaType = "String", label = "consumer", important = true)
    public static final String REQUESTED_MODEL = "CamelRoboflowRequestedModel";
    @Metadata(description = "The id of the request, as in the header x-request-id of its answer.", javaType = "String",
              label = "consumer")
    public static final String REQUEST_ID = "CamelRoboflowRequestId";

    private RoboflowServerConstants() {
    }
}
