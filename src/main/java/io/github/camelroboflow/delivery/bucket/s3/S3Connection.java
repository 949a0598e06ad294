package io.github.camelroboflow.delivery.bucket.s3;

import io.github.camelroboflow.inference.support.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
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

/**
 * The connection to S3, or to a server that speaks as S3 does, made when it is first needed. Credentials are found by Amazon's
 * library.
 */
public final class S3Connection implements AutoCloseable {

    private final S3Settings settings;
    private S3Client client;

    /**
     * Tells where S3 is.
     *
     * @param region           as Amazon writes it: {@code eu-central-1}
     * @param overrideEndpoint whether the endpoint is used instead of Amazon's own
     * @param endpoint         the address of a server that speaks as S3 does
     * @param forcePathStyle   whether buckets are parts of the path rather than of the server's name
     */
    public record S3Settings(String region, boolean overrideEndpoint, String endpoint, boolean forcePathStyle) {
    }

    public S3Connection(S3Settings settings) {
        this.settings = settings;
    }

    /** Returns the server's name, for a person. */
    public String server() {
        return settings.overrideEndpoint() ? settings.endpoint().replaceAll("//[^/@]*@", "//") : "S3 in " + settings.region();
    }

    /** @throws SdkException if the client can't be created */
    public synchronized S3Client client() {
        if (client == null) {
            S3ClientBuilder builder = S3Client.builder().region(Region.of(settings.region()))
                    .forcePathStyle(settings.forcePathStyle())
                    // more than is asked for is what other servers than Amazon's may not know
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    // not all support Amazon's chunked signature, which its library uses with plain HTTP
                    .serviceConfiguration(configuration -> configuration.chunkedEncodingEnabled(false))
                    .overrideConfiguration(configuration -> configuration.addExecutionInterceptor(new ContentMd5()));
            if (settings.overrideEndpoint()) {
                builder.endpointOverride(URI.create(settings.endpoint()));
            }
            client = builder.build();
        }
        return client;
    }

    /** Closes the client; the next that is asked for is another. */
    @Override
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
                MessageDigest digest = Hashes.md5();
                new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
                return Base64.getEncoder().encodeToString(digest.digest());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
