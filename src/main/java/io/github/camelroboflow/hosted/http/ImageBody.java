package io.github.camelroboflow.hosted.http;

import io.github.camelroboflow.inference.ImageSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.Map;
import org.apache.hc.client5.http.entity.mime.MultipartEntityBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.entity.EmptyInputStream;

/** Creates request bodies with images. Files are read while they are sent. */
public final class ImageBody {

    private static final ContentType TEXT = ContentType.create("text/plain", StandardCharsets.UTF_8);

    private ImageBody() {
    }

    /**
     * Returns a body with the image as the part {@code file}. The image's name is not sent, because no server needs it.
     */
    public static HttpEntity multipart(ImageSource image) throws IOException {
        return multipart(image, Map.of());
    }

    /** Returns a body with the image as the part {@code file} after parts with text. */
    public static HttpEntity multipart(ImageSource image, Map<String, String> texts) throws IOException {
        MultipartEntityBuilder body = MultipartEntityBuilder.create();
        texts.forEach((name, text) -> body.addTextBody(name, text, TEXT));
        if (image instanceof ImageSource.OfFile file) {
            body.addBinaryBody("file", file.path().toFile(), ContentType.APPLICATION_OCTET_STREAM, "image");
        } else {
            body.addBinaryBody("file", image.bytes(), ContentType.APPLICATION_OCTET_STREAM, "image");
        }
        return body.build();
    }

    /** Returns the image as base64 on one line, declared as a form as in Roboflow's own examples. */
    public static HttpEntity base64(ImageSource image) throws IOException {
        if (image instanceof ImageSource.OfFile file) {
            return new Base64Entity(() -> Files.newInputStream(file.path()), Files.size(file.path()));
        }
        byte[] bytes = image.bytes();
        return new Base64Entity(() -> new ByteArrayInputStream(bytes), bytes.length);
    }

    @FunctionalInterface
    private interface Opener {
        InputStream open() throws IOException;
    }

    private static final class Base64Entity extends AbstractHttpEntity {

        private static final ContentType FORM = ContentType.create("application/x-www-form-urlencoded");

        private final Opener image;
        private final long length;

        Base64Entity(Opener image, long imageLength) {
            super(FORM, null);
            this.image = image;
            this.length = (imageLength + 2) / 3 * 4;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            OutputStream uncloseable = new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                }

                @Override
                public void write(byte[] bytes, int from, int count) throws IOException {
                    out.write(bytes, from, count);
                }
            };
            // closing the encoder writes the padding, but must leave the connection open
            try (InputStream in = image.open(); OutputStream encoder = Base64.getEncoder().wrap(uncloseable)) {
                in.transferTo(encoder);
            }
        }

        @Override
        public long getContentLength() {
            return length;
        }

        @Override
        public boolean isRepeatable() {
            return true;
        }

        @Override
        public boolean isStreaming() {
            return false;
        }

        @Override
        public InputStream getContent() {
            return EmptyInputStream.INSTANCE;
        }

        @Override
        public void close() {
            // nothing is held open
        }
    }

    /** The ways to send an image to the server. */
    public enum ImageInput {
        /** The bytes as the part {@code file} of a multipart body. */
        FILE,
        /** The bytes as base64, which is a third larger. */
        BASE64,
        /** A URL that the server fetches. */
        URL
    }
}
