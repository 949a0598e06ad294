package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.DeliveryExchange.MessageHeaders;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.MessageText;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntPredicate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Builds the message for a queue or a topic: the result's JSON as text, with only the headers {@code deliveryId},
 * {@code resultKey}, {@code model}, {@code image} and {@code source}. {@link HeaderText} encodes the names.
 */
public final class ResultMessage implements Processor {

    @Override
    public void process(Exchange exchange) {
        Map<String, Object> headers = Map.of("deliveryId", DeliveryExchange.header(exchange, ContractNames.DELIVERY_ID),
                "resultKey", DeliveryExchange.header(exchange, ContractNames.RESULT_KEY),
                "model", DeliveryExchange.header(exchange, ContractNames.MODEL_ID),
                "image", HeaderText.of(DeliveryExchange.imageName(exchange)),
                "source", HeaderText.of(DeliveryExchange.source(exchange)));
        String json = DeliveryExchange.json(exchange);
        MessageHeaders.replace(exchange.getMessage(), headers);
        exchange.getMessage().setBody(json);
    }

    /**
     * Makes an object for a bucket of the result: its JSON as text, with its content type, to be stored under the name in the
     * variable {@code copy}.
     */
    public static final class ResultObject implements Processor {

        @Override
        public void process(Exchange exchange) {
            String json = DeliveryExchange.json(exchange);
            ImageCopies.bind(exchange, result -> result);
            MessageHeaders.replace(exchange.getMessage(), Map.of(MessageHeaders.OBJECT_TYPE, "application/json",
                    Exchange.CONTENT_TYPE, "application/json"));
            exchange.getMessage().setBody(json);
        }
    }

    /**
     * Encodes names that others chose for a header. Control characters, invisible characters and marks that change the direction of
     * a line, halves of surrogate pairs and the percent sign are percent-encoded as bytes of UTF-8 (RFC 3986, section 2.1).
     * Everything else stays as it is. Every decoder of URLs reads it back, such as {@code urllib.parse.unquote} or
     * {@code decodeURIComponent}.
     */
    static final class HeaderText {

        private HeaderText() {
        }

        static String of(String name) {
            return encoded(name, character -> character != '%' && MessageText.isPrintable(character));
        }

        /** @param plain true of the characters that stay as they are */
        static String encoded(String name, IntPredicate plain) {
            StringBuilder text = new StringBuilder(name.length());
            name.codePoints().forEach(character -> {
                if (plain.test(character)) {
                    text.appendCodePoint(character);
                } else {
                    encode(character, text);
                }
            });
            return text.toString();
        }

        private static void encode(int character, StringBuilder text) {
            for (byte part : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                text.append(String.format("%%%02X", part));
            }
        }
    }
}
