package io.github.camelroboflow.delivery.destination;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.github.camelroboflow.delivery.destination.ResultMessage.HeaderText;
import io.github.camelroboflow.inference.support.ContractNames;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * A result as an event of CloudEvents 1.0, in the two modes of its HTTP binding.
 *
 * @param attributes the attributes by their names, without the content type of the data
 */
record CloudEvent(Map<String, String> attributes) {

    /** The content type of an event in structured mode. */
    static final String STRUCTURED = "application/cloudevents+json; charset=utf-8";

    private static final String TYPE = "io.github.camelroboflow.result";
    private static final String UNKNOWN_SOURCE = "camel-roboflow";
    private static final int LONGEST_SUBJECT = 500;

    /** The characters of addresses (RFC 3986, section 2) without those that occur only once or only around an IPv6 address. */
    private static final Pattern IN_ADDRESSES = Pattern.compile("[A-Za-z0-9._~:/?@!$&'()*+,;=%-]");
    /** A percent sign that encodes nothing. */
    private static final Pattern PERCENT = Pattern.compile("%(?!\\p{XDigit}{2})");

    /** How a webhook is an event. */
    enum CloudEventMode {

        /** Not at all. */
        NONE,

        /** The event is the body, JSON with the data in it. */
        STRUCTURED,

        /** The data is the body, and the attributes are headers. */
        BINARY
    }

    static CloudEvent of(Exchange exchange) {
        String source = DeliveryExchange.source(exchange);
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("id", DeliveryExchange.header(exchange, ContractNames.DELIVERY_ID));
        attributes.put("source", source.isEmpty() ? UNKNOWN_SOURCE : reference(source));
        attributes.put("type", TYPE);
        attributes.put("subject", WebhookBody.shortened(HeaderText.of(DeliveryExchange.imageName(exchange)), LONGEST_SUBJECT));
        attributes.put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        return new CloudEvent(attributes);
    }

    /** Returns a source of images as a URI reference, which the attribute has to be. */
    private static String reference(String source) {
        return PERCENT.matcher(HeaderText.encoded(source, character ->
                IN_ADDRESSES.matcher(Character.toString(character)).matches())).replaceAll("%25");
    }

    /** Returns the headers of an event in binary mode, percent-encoded (HTTP binding, section 3.1.3.2). */
    Map<String, Object> headers() {
        Map<String, Object> headers = new LinkedHashMap<>();
        attributes.forEach((name, value) -> headers.put("ce-" + name, HeaderText.encoded(value, character ->
                character > ' ' && character < 0x7F && character != '"' && character != '%')));
        return headers;
    }

    /**
     * Returns the body of an event in structured mode.
     *
     * @param json whether the data is JSON, which then stays JSON
     */
    String structured(String data, String type, boolean json) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        attributes.forEach(event::put);
        event.put("datacontenttype", type);
        if (json) {
            event.putRawValue("data", new RawValue(data));
        } else {
            event.put("data", data);
        }
        return event.toString();
    }
}
