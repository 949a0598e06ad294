package io.github.camelroboflow.component.server;

import org.apache.camel.spi.Metadata;

/** The headers of a request's message, besides the headers of the options that the client set. */
public final class RoboflowServerConstants {

    @Metadata(description = "The model that the client requests. It is open and ready, and its name is safe to"
                            + " be a part of a URI.", javaType = "String", label = "consumer", important = true)
    public static final String REQUESTED_MODEL = "CamelRoboflowRequestedModel";
    @Metadata(description = "The id of the request, as in the header x-request-id of its answer.", javaType = "String",
              label = "consumer")
    public static final String REQUEST_ID = "CamelRoboflowRequestId";

    private RoboflowServerConstants() {
    }
}
