package io.github.camelroboflow.delivery.bucket.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** The connection to S3 or a compatible server, made when it is first needed. Amazon's library finds the credentials. */
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

    /** Returns the server's name, for a person. */
    String server() {
        return overrideEndpoint ? endpoint.replaceAll("//[^/@]*@", "//") : "S3 in " + region;
    }

    /** @throws SdkException if the client can't be created */
    public synchronized S3Client client() {
        if (client == null) {
            S3ClientBuilder builder = S3Client.builder().region(Region.of(region)).forcePathStyle(forcePathStyle)
                    // servers other than Amazon's may not support optional checksums
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    // not all support Amazon's chunked signature, which its library uses with plain HTTP
                    .serviceConfiguration(configuration -> configuration.chunkedEncodingEnabled(false))
                    .overrideConfiguration(configuration -> configuration.addExecutionInterceptor(new ContentMd5()));
            if (overrideEndpoint) {
                builder.endpointOverride(URI.create(endpoint));
            }
            client = builder.build();
        }
        return client;
    }

    /** Closes the client; the next call of {@link #client()} makes a new one. */
    public synchronized void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }

    /** Adds a checksum to each PUT. Buckets with object lock require one, and servers of all ages support this one. */
    static final class ContentMd5 implements ExecutionInterceptor {

        private static final String HEADER = "Content-MD5";

        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
            SdkHttpRequest request = context.httpRequest();
            Optional<RequestBody> body = context.requestBody();
            if (!(context.request() instanceof PutObjectRequest) || body.isEmpty() || request.firstMatchingHeader(HEADER)
                    .isPresent()) {
                return request;
            }
            return request.toBuilder().putHeader(HEADER, md5(body.get())).build();
        }

        private static String md5(RequestBody body) {
            try (InputStream content = body.contentStreamProvider().newStream()) {
                MessageDigest digest = MessageDigest.getInstance("MD5");
                new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
                return Base64.getEncoder().encodeToString(digest.digest());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has MD5", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Binds the client of a connection as {@code #s3Client} and makes it for the first endpoint. Camel's own client would request
     * checksums that servers other than Amazon's may not support, and each endpoint would have one.
     */
    public static final class S3ClientBinding implements CamelContextAware {

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
}
