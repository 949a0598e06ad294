package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.Hashes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Computes the ids by which receivers recognize equal results and repeated deliveries. */
final class ResultKeys {

    private ResultKeys() {
    }

    /**
     * Returns the SHA-256 of the image's bytes, the model's id, its weights where known, and the options, in hex.
     *
     * @throws InvalidImageException if the image is gone
     */
    static String resultKey(ImageSource image, ModelDescription model, InferenceOptions options) {
        return resultKey(image, model.id().value(), model.weightsHash(), options.fingerprint());
    }

    /**
     * Returns the SHA-256 of the image's bytes and of everything else that a result depends on, in hex.
     *
     * @throws InvalidImageException if the image is gone
     */
    static String resultKey(ImageSource image, String... rest) {
        MessageDigest digest = Hashes.sha256();
        try {
            digest.update(Hashes.sha256(image));
        } catch (NoSuchFileException e) {
            throw new InvalidImageException("the image " + image.name() + " is gone: its file was removed while it was worked on",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("the image " + image.name() + " can't be read: " + e.getMessage(), e);
        }
        return hex(digest, rest);
    }

    /**
     * Returns the SHA-256 of the result key and the image's origin, in hex. The origin is the endpoint or the source in the
     * exchange's properties, the name or key, and the modified time, etag or version; for messages without a name it is their id.
     */
    static String deliveryId(String resultKey, Exchange exchange) {
        String said = exchange.getProperty(ContractNames.SOURCE, String.class);
        if (said != null) {
            return hex(Hashes.sha256(), resultKey, said, exchange.getProperty(ContractNames.IMAGE_NAME, "", String.class),
                    exchange.getProperty(ContractNames.IMAGE_VERSION, "", String.class));
        }
        Message message = exchange.getMessage();
        String source = exchange.getFromEndpoint() == null ? "" : exchange.getFromEndpoint().getEndpointBaseUri();
        String name = first(message, Exchange.FILE_NAME_CONSUMED, Exchange.FILE_NAME, "CamelAwsS3Key");
        if (name.isEmpty()) {
            return hex(Hashes.sha256(), resultKey, source, Objects.toString(message.getMessageId(), exchange.getExchangeId()));
        }
        String bucket = first(message, "CamelAwsS3BucketName");
        String version = first(message, Exchange.FILE_LAST_MODIFIED, "CamelAwsS3VersionId", "CamelAwsS3ETag");
        return hex(Hashes.sha256(), resultKey, source, bucket, name, version);
    }

    private static String first(Message message, String... headers) {
        return Stream.of(headers).map(header -> message.getHeader(header, String.class)).filter(Objects::nonNull).findFirst()
                .orElse("");
    }

    /** Hashes each part with its length before it, so that two different lists of parts never give the same bytes. */
    private static String hex(MessageDigest digest, String... parts) {
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
