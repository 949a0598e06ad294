package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.delivery.destination.CloudEvent.CloudEventMode;
import io.github.camelroboflow.delivery.destination.DeliveryExchange.MessageHeaders;
import io.github.camelroboflow.delivery.destination.WebhookBody.WebhookValues;
import io.github.camelroboflow.delivery.outbox.Outbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.hc.client5.http.entity.mime.ByteArrayBody;
import org.apache.hc.client5.http.entity.mime.HttpMultipartMode;
import org.apache.hc.client5.http.entity.mime.MultipartEntityBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;

/**
 * Makes the message of a webhook. Its content is that of a {@link WebhookBody}, if one is set. Otherwise, a text that the route has
 * set as the body stays as it is. Otherwise it is JSON of {@code id} (the delivery id), {@code image} (the image's original name),
 * {@code source} (the address of the image's source), {@code time} (the time when the result was taken for delivery, ISO 8601 in
 * UTC) and {@code result}. The content can be the data of a {@link CloudEvent}, and be sent with the annotated picture as a form.
 * Only headers of these go with it, and {@code Authorization} if the variable {@value #AUTHORIZATION} has a value for it.
 */
public final class WebhookEnvelope extends ServiceSupport implements Processor {

    private static final String ENVELOPE = "envelope";
    private static final String AUTHORIZATION = "webhookAuthorization";
    private static final String NONE = "none";
    private static final String JSON = "application/json";
    private static final Pattern JSON_TYPE = Pattern.compile("(?i)[^;]*[/+]json\\s*(;.*)?");

    private String body = ENVELOPE;
    private boolean annotated;
    private String cloudevents = NONE;
    private WebhookFormat format;

    /** The name of a body that comes with the library, JSON, or a file of JSON; {@value #ENVELOPE} for the result in ours. */
    public void setBody(String body) {
        this.body = body;
    }

    /** Whether the annotated picture is sent with the content, as a form. */
    public void setAnnotated(boolean annotated) {
        this.annotated = annotated;
    }

    /** Whether the content is the data of an event: {@code structured}, {@code binary} or {@code none}. */
    public void setCloudevents(String cloudevents) {
        this.cloudevents = cloudevents;
    }

    /** @throws IllegalArgumentException as {@link #check} */
    @Override
    protected void doStart() {
        format = WebhookFormat.of(body.strip(), annotated, cloudevents);
    }

    /**
     * Checks the parameters of a webhook.
     *
     * @throws IllegalArgumentException if there can be no such webhook; the message begins with the parameter
     */
    public static void check(String body, boolean annotated, String cloudevents) {
        WebhookFormat.of(body.strip(), annotated, cloudevents);
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Content content = content(exchange);
        Map<String, Object> headers = new LinkedHashMap<>();
        if (format.events() == CloudEventMode.STRUCTURED) {
            content = new Content(CloudEvent.of(exchange).structured(content.text(), content.type(), content.isJson()),
                    CloudEvent.STRUCTURED, true);
        } else if (format.events() == CloudEventMode.BINARY) {
            headers.putAll(CloudEvent.of(exchange).headers());
        }
        String authorization = exchange.getVariable(AUTHORIZATION, NONE, String.class);
        if (!authorization.equals(NONE)) {
            headers.put("Authorization", authorization);
        }
        HttpEntity form = format.annotated() ? FormParts.of(format, exchange).form(content, exchange) : null;
        headers.put(Exchange.CONTENT_TYPE, form == null ? content.type() : form.getContentType());
        Message message = exchange.getMessage();
        MessageHeaders.replace(message, headers);
        message.setBody(form == null ? content.text() : bytes(form));
    }

    private Content content(Exchange exchange) {
        if (format.body().isPresent()) {
            return new Content(format.body().get().with(WebhookValues.of(exchange)), JSON, true);
        }
        return DeliveryExchange.ownText(exchange).map(text -> own(text, DeliveryExchange.header(exchange, Exchange.CONTENT_TYPE)))
                .orElseGet(() -> new Content(envelope(WebhookValues.of(exchange)), JSON, true));
    }

    private static String envelope(WebhookValues values) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        for (String name : new String[] {"id", "image", "source", "time"}) {
            envelope.put(name, values.texts().get(name));
        }
        return envelope.set("result", values.result()).toString();
    }

    /** @param type the content type of the message: the user's, unless it is the result's own */
    private static Content own(String text, String type) {
        boolean json = DeliveryExchange.isJson(text);
        boolean ofUser = !type.isEmpty() && !type.startsWith(JSON) && !type.startsWith("image/");
        String sent = ofUser ? type : json ? JSON : "text/plain; charset=utf-8";
        return new Content(text, sent, json && JSON_TYPE.matcher(sent).matches());
    }

    private static byte[] bytes(HttpEntity form) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        form.writeTo(bytes);
        return bytes.toByteArray();
    }

    /** @param isJson whether text and type are JSON */
    private record Content(String text, String type, boolean isJson) {
    }

    /** The names of the parts of a form with a picture. */
    private enum FormParts {

        DISCORD("payload_json", "files[0]"), ANY("result", "image");

        private static final String FORM = "multipart/form-data";
        /** The longest side of the picture in pixels: Discord takes files of up to 10 MB. */
        private static final int LONGEST_SIDE = 2048;
        /** Not the image's name, which could hold anything. */
        private static final String FILE_NAME = "annotated.jpg";
        private static final Pattern DISCORD_ADDRESS = Pattern.compile("(?i)https://([^/?#]*[.@])?discord(app)?\\.com(:\\d+)?/.*");

        private final String content;
        private final String picture;

        FormParts(String content, String picture) {
            this.content = content;
            this.picture = picture;
        }

        static FormParts of(WebhookFormat format, Exchange exchange) {
            String address = exchange.getProperty(Outbox.DESTINATION, "", String.class);
            return format.isDiscord() || DISCORD_ADDRESS.matcher(address).matches() ? DISCORD : ANY;
        }

        HttpEntity form(Content sent, Exchange exchange) {
            byte[] text = sent.text().getBytes(StandardCharsets.UTF_8);
            byte[] jpeg = ImageCopies.annotated(exchange, LONGEST_SIDE);
            // the library's own type has a charset, which forms do not have (RFC 7578)
            return MultipartEntityBuilder.create().setMode(HttpMultipartMode.STRICT).setContentType(ContentType.create(FORM))
                    .addPart(content, new ByteArrayBody(text, ContentType.parseLenient(sent.type()), null))
                    .addPart(picture, new ByteArrayBody(jpeg, ContentType.IMAGE_JPEG, FILE_NAME)).build();
        }
    }

    /**
     * The format of a webhook's requests.
     *
     * @param body   the body in the receiver's own format; empty for ours
     * @param events whether it is an event
     */
    private record WebhookFormat(String receiver, Optional<WebhookBody> body, boolean annotated, CloudEventMode events) {

        private static final String DISCORD = "discord";

        static WebhookFormat of(String body, boolean annotated, String cloudevents) {
            CloudEventMode events = mode(cloudevents);
            if (WebhookBody.READY.contains(body)) {
                refuse(annotated && !body.equals(DISCORD), "annotated=true can't go with body=" + body + ", since such a webhook"
                        + " takes no files: send the picture to another destination, such as kamelet:s3");
                refuse(events != CloudEventMode.NONE, "cloudevents=" + cloudevents + " can't go with body=" + body
                        + ", since such a webhook takes only messages of its own");
            }
            refuse(annotated && events == CloudEventMode.STRUCTURED, "annotated=true can't go with cloudevents=structured, whose"
                    + " body is JSON: set cloudevents=binary");
            return new WebhookFormat(body, body.equals(ENVELOPE) ? Optional.empty() : Optional.of(body(body, annotated)),
                    annotated, events);
        }

        private static void refuse(boolean wrong, String reason) {
            if (wrong) {
                throw new IllegalArgumentException(reason);
            }
        }

        private static CloudEventMode mode(String name) {
            return Stream.of(CloudEventMode.values()).filter(mode -> mode.name().toLowerCase(Locale.ROOT).equals(name)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("cloudevents=" + name
                            + ": it is none, structured or binary"));
        }

        private static WebhookBody body(String given, boolean annotated) {
            try {
                return annotated && given.equals(DISCORD) ? WebhookBody.ready("discord-annotated") : WebhookBody.of(given);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("body" + (WebhookBody.isJson(given) ? "" : "=" + given) + ": it is " + ENVELOPE
                        + ", " + String.join(", ", WebhookBody.READY) + ", JSON, or a file of JSON, but " + e.getMessage(), e);
            }
        }

        boolean isDiscord() {
            return receiver.equals(DISCORD);
        }
    }
}
