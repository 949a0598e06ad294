package io.github.camelroboflow.delivery.bucket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * Sends a checksum with each object that is put. Buckets that retain their objects ask for one, and this is the one that servers of
 * all ages know.
 */
final class ContentMd5 implements ExecutionInterceptor {

    private static final String HEADER = "Content-MD5";

    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        SdkHttpRequest request = context.httpRequest();
        Optional<RequestBody> body = context.requestBody();
        if (!(context.request() instanceof PutObjectRequest) || body.isEmpty() || request.firstMatchingHeader(HEADER).isPresent()) {
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
