package io.github.camelroboflow.delivery.bucket;

import java.net.URI;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The connection to S3, or to a server that speaks as S3 does, made when it is first needed. Credentials are found by Amazon's
 * library.
 */
public final class S3Connection {

    private String region = "us-east-1";
    private boolean overrideEndpoint;
    private String endpoint;
    private boolean forcePathStyle;
    private S3Client client;

    /** As Amazon writes it: {@code eu-central-1}. */
    public void setRegion(String region) {
        this.region = region.strip();
    }

    /** Whether the endpoint is used instead of Amazon's own. */
    public void setOverrideEndpoint(boolean overrideEndpoint) {
        this.overrideEndpoint = overrideEndpoint;
    }

    /** The address of a server that speaks as S3 does. */
    public void setEndpoint(String endpoint) {
        this.endpoint = endpoint.strip();
    }

    /** Whether buckets are parts of the path rather than of the server's name. */
    public void setForcePathStyle(boolean forcePathStyle) {
        this.forcePathStyle = forcePathStyle;
    }

    /** Where it leads, for a person. */
    String server() {
        return overrideEndpoint ? endpoint.replaceAll("//[^/@]*@", "//") : "S3 in " + region;
    }

    /** @throws SdkException if there is no way to make one */
    public synchronized S3Client client() {
        if (client == null) {
            S3ClientBuilder builder = S3Client.builder().region(Region.of(region)).forcePathStyle(forcePathStyle)
                    // more than is asked for is what other servers than Amazon's may not know
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    // nor do they all know Amazon's own way to sign a body in chunks, which its library takes by plain HTTP
                    .serviceConfiguration(configuration -> configuration.chunkedEncodingEnabled(false))
                    .overrideConfiguration(configuration -> configuration.addExecutionInterceptor(new ContentMd5()));
            if (overrideEndpoint) {
                builder.endpointOverride(URI.create(endpoint));
            }
            client = builder.build();
        }
        return client;
    }

    /** Closes the client; the next that is asked for is another. */
    public synchronized void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
