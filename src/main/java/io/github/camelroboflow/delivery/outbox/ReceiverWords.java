package io.github.camelroboflow.delivery.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;

/**
 * Words of a receiver beside its status, for the log and the report: the beginning, on one line, and without what is secret of the
 * request, which pages of servers like to repeat ({@code Cannot POST /hook/T0KEN}).
 */
final class ReceiverWords {

    private static final int MOST_BYTES = 1 << 16;
    /** Shorter parts of an address are words, not secrets. */
    private static final int SHORTEST_SECRET = 6;

    private final List<String> secrets = new ArrayList<>();

    ReceiverWords(Parcel parcel, WebhookAddress address) {
        String path = Objects.toString(address.uri().getRawPath(), "");
        String query = Objects.toString(address.uri().getRawQuery(), "");
        Stream.of(path + "?" + query, path, query).forEach(this::hide);
        Stream.of((path + "/" + query).split("[/&=;?]")).forEach(this::hide);
        Stream.of(Objects.toString(address.uri().getPath(), "").split("/")).forEach(this::hide);
        Stream.of(Objects.toString(address.uri().getQuery(), "").split("[&=]")).forEach(this::hide);
        if (address.user() != null) {
            Stream.of(address.user().split(":", 2)).forEach(this::hide);
        }
        address.authorization().ifPresent(this::hideCredentials);
        parcel.credentials().values().forEach(value -> hideCredentials(String.valueOf(value)));
        secrets.sort(Comparator.comparing(String::length).reversed());
    }

    private void hideCredentials(String value) {
        hide(value);
        Stream.of(value.split("\\s+")).forEach(this::hide);
    }

    private void hide(String secret) {
        if (secret.length() >= SHORTEST_SECRET) {
            secrets.add(secret);
        }
    }

    /** Empty if it says nothing that can be read, or breaks off. */
    String of(ClassicHttpResponse answer) {
        HttpEntity entity = answer.getEntity();
        if (entity == null || entity.getContentEncoding() != null && !"identity".equalsIgnoreCase(entity.getContentEncoding())) {
            return "";
        }
        try {
            InputStream content = entity.getContent();
            return content == null ? "" : withoutSecrets(new String(content.readNBytes(MOST_BYTES), charset(entity)));
        } catch (IOException e) {
            return "";
        }
    }

    private static Charset charset(HttpEntity entity) {
        ContentType type = ContentType.parseLenient(entity.getContentType());
        return type == null ? StandardCharsets.UTF_8 : type.getCharset(StandardCharsets.UTF_8);
    }

    private String withoutSecrets(String words) {
        String hidden = words;
        for (String secret : secrets) {
            hidden = hidden.replace(secret, "…");
        }
        return hidden;
    }
}
