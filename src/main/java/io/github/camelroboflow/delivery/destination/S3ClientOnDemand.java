package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.bucket.S3Connection;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Lets endpoints take the client of a connection as {@code #s3Client}, which is made for the first of them: Camel's own would ask
 * for checksums that other servers than Amazon's may not know, and each endpoint would have one.
 */
public final class S3ClientOnDemand implements CamelContextAware {

    private CamelContext camelContext;
    private S3Connection connection;

    public void setConnection(S3Connection connection) {
        this.connection = connection;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        Supplier<Object> client = () -> connection.client();
        camelContext.getRegistry().bind("s3Client", S3Client.class, client);
    }
}
