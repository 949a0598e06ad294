package io.github.camelroboflow.delivery.destination;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jms.support.destination.DestinationResolver;

/**
 * Encodes names of queues for addresses. Camel removes slashes there, decodes percent signs and starts options at a question mark.
 * So each special character is written as a tilde and its bytes in UTF-8.
 */
public final class QueueNames implements DestinationResolver {

    private static final Pattern SPECIAL = Pattern.compile("[^A-Za-z0-9._-]");
    private static final Pattern ENCODED = Pattern.compile("(?:~[0-9A-F]{2})+");
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    static String encode(String name) {
        StringBuilder encoded = new StringBuilder();
        name.codePoints().forEach(character -> {
            String text = Character.toString(character);
            if (SPECIAL.matcher(text).matches()) {
                for (byte part : text.getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('~').append(HEX.toHexDigits(part));
                }
            } else {
                encoded.append(text);
            }
        });
        return encoded.toString();
    }

    static String decode(String encoded) {
        return ENCODED.matcher(encoded).replaceAll(part -> Matcher.quoteReplacement(
                new String(HEX.parseHex(part.group().replace("~", "")), StandardCharsets.UTF_8)));
    }

    @Override
    public Destination resolveDestinationName(Session session, String name, boolean topic) throws JMSException {
        String decoded = decode(name);
        return topic ? session.createTopic(decoded) : session.createQueue(decoded);
    }
}
