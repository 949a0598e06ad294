package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.route.ContextEvents;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Sets the destination of a message: the endpoint of a bucket. The endpoint uses the client {@code #s3Client} of the registry. If
 * there is none, this class binds one with the settings that it was given: Camel's own client would ask for checksums that servers
 * other than Amazon's may not know, and each endpoint would have a client.
 */
public final class ObjectAddress implements Processor, CamelContextAware {

    private static final String CLIENT = "s3Client";

    private CamelContext camelContext;
    private String bucket;
    private String region;
    private boolean overrideEndpoint;
    private String endpoint;
    private boolean forcePathStyle;

    public void setBucket(String bucket) {
        this.bucket = bucket;
    }

    public void setRegion(String region) {
        this.region = region;
    }

    public void setOverrideEndpoint(boolean overrideEndpoint) {
        this.overrideEndpoint = overrideEndpoint;
    }

    public void setEndpoint(String endpoint) {
        this.endpoint = endpoint;
    }

    public void setForcePathStyle(boolean forcePathStyle) {
        this.forcePathStyle = forcePathStyle;
    }

    @Override
    public void process(Exchange exchange) {
        // those of an object that the image came as
        exchange.getMessage().removeHeaders("CamelAwsS3*");
        // with a fileName, which only says what to read, the bucket is not asked for before the first object
        exchange.setProperty(Outbox.DESTINATION, "aws2-s3:" + bucket + "?keyName=${header.objectKey}&amazonS3Client=#" + CLIENT
                + "&fileName=any");
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        ContextEvents.bindUnlessThere(camelContext, CLIENT, S3Client.class,
                () -> ContextEvents.closedWith(camelContext, new S3Connection(new S3Settings(region.strip(),
                        overrideEndpoint, endpoint.strip(), forcePathStyle))).client());
    }
}
