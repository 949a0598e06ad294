package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.destination.MailContent.Envelope;
import io.github.camelroboflow.delivery.destination.MailDigest.MailLimit.Digest;
import io.github.camelroboflow.delivery.destination.MailDigest.MailLimit;
import io.github.camelroboflow.delivery.destination.MailSender.MailSecurity;
import io.github.camelroboflow.delivery.destination.MailSender.MailSettings;
import io.github.camelroboflow.delivery.destination.WebhookBody.WebhookValues;
import io.github.camelroboflow.delivery.outbox.DeliveryStep;
import io.github.camelroboflow.delivery.outbox.DestinationSender;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.route.ContextEvents;
import io.github.camelroboflow.delivery.route.Durations;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.MessageText;
import io.github.camelroboflow.inference.support.Placeholders;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a mail about the result to each address of the variable {@code mailTo}, from {@code mailFrom}, with the subject
 * {@code mailSubject}, and with the image and its result if {@code mailAnnotated} is true. Where the registry has an
 * {@link Outbox}, mails go by that, at most {@code mailPerHour} an hour. If it has no {@code mailDestination}, this step binds one
 * to the server that the properties name.
 */
public final class MailStep extends ServiceSupport implements Processor, CamelContextAware {

    private static final String SENDER = "mail" + DestinationSender.SUFFIX;
    private static final String NOTHING = "nothing";

    private final DeliveryStep delivery = new DeliveryStep();
    /** The limits by recipient and subject; bounded by the addresses in the routes. */
    private final Map<String, MailLimit> limits = new ConcurrentHashMap<>();
    private final UUID start = UUID.randomUUID();
    private CamelContext camelContext;

    public MailStep() {
        delivery.setAlways(true);
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Order order = Order.of(exchange);
        Map<String, String> values = values(exchange);
        String id = DeliveryExchange.header(exchange, ContractNames.DELIVERY_ID);
        byte[] mail = null;
        for (InternetAddress recipient : order.to()) {
            if (isCounted(exchange, order, recipient, values)) {
                continue;
            }
            if (mail == null) {
                MailPicture picture = order.annotated() ? MailPicture.of(exchange) : MailPicture.NONE;
                mail = content(values, picture).with(order.envelope(Placeholders.fill(order.subject(), values::get), id));
            }
            delivery.process(message(exchange, order, recipient, id, mail));
        }
    }

    /** Counts an image in the digest of a recipient, if there were mails enough. Returns whether it did. */
    private boolean isCounted(Exchange exchange, Order order, InternetAddress recipient, Map<String, String> values)
            throws InvalidPayloadException {
        if (order.perHour() == 0 || !delivery.hasOutbox()) {
            return false;
        }
        MailLimit limit = limits.computeIfAbsent(recipient.getAddress() + ' ' + order.subject(),
                key -> new MailLimit(order.perHour()));
        synchronized (limit) {
            boolean backlog = delivery.waiting("mail:" + recipient.getAddress(), order.subject()) >= order.perHour();
            Optional<Digest> digest = limit.next(Instant.now(), backlog);
            MailDigest counted = order.digest(values, DeliveryExchange.counts(exchange));
            if (digest.filter(Digest::begun).isPresent()) {
                if (delivery.change(message(exchange, order, recipient, digestId(digest.get()), counted.json()),
                        before -> counted.after(MailDigest.read(before)).json())) {
                    return true;
                }
                limit.sent();
                digest = limit.next(Instant.now(), backlog);
            }
            if (digest.isEmpty()) {
                return false;
            }
            delivery.enqueue(message(exchange, order, recipient, digestId(digest.get()), counted.json()), digest.get().due());
            return true;
        }
    }

    /** Returns an id that no other digest has, also of an earlier start or another machine. */
    private String digestId(Digest digest) {
        return "digest-" + start + "-" + digest.number();
    }

    /** Returns a copy of the exchange with a message for a recipient. */
    private static Exchange message(Exchange exchange, Order order, InternetAddress recipient, String id, Object body) {
        Exchange copy = exchange.copy();
        copy.getMessage().setHeaders(new HashMap<>(Map.of(ContractNames.DELIVERY_ID, id)));
        copy.getMessage().setBody(body);
        copy.setProperty(Outbox.DESTINATION, "mail:" + recipient.getAddress());
        // two conditions with different subjects make two mails of an image
        copy.setProperty(Outbox.PART, order.subject());
        return copy;
    }

    private static Map<String, String> values(Exchange exchange) {
        Map<String, String> values = new LinkedHashMap<>(WebhookValues.of(exchange).texts());
        values.replaceAll((name, value) -> value.isEmpty() ? NOTHING : value);
        return values;
    }

    private static MailContent content(Map<String, String> values, MailPicture picture) {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("Found", values.get("counts"));
        lines.put("Most confident", values.get("confidence"));
        lines.put("Image", values.get("image"));
        lines.put("Source", values.get("source"));
        lines.put("Model", values.get("model"));
        lines.put("Time", values.get("time"));
        lines.put("Delivery", values.get("id"));
        if (!picture.leftOut().isEmpty()) {
            lines.put("Picture", picture.leftOut());
        }
        return new MailContent(values.get("counts") + " in " + values.get("image"), lines, picture.jpeg());
    }

    @Override
    protected void doStart() {
        delivery.setCamelContext(camelContext);
        ServiceHelper.startService(delivery);
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(delivery);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        ContextEvents.bindUnlessThere(camelContext, SENDER, DestinationSender.class, () -> new MailSender(settings()));
    }

    private MailSettings settings() {
        return new MailSettings(property("server", "localhost"),
                MailSecurity.valueOf(property("security", "starttls").toUpperCase(Locale.ROOT)), property("user", ""),
                property("password", ""), Durations.parse("mail.timeout", property("timeout", "30000")));
    }

    private String property(String name, String missing) {
        return camelContext.getPropertiesComponent().resolveProperty("mail." + name).filter(text -> !text.isEmpty())
                .orElse(missing);
    }

    /**
     * The parameters of the destination.
     *
     * @param subject with placeholders
     * @param perHour the most mails an hour for a recipient; 0 for any number
     */
    private record Order(List<InternetAddress> to, InternetAddress from, String subject, boolean annotated, int perHour) {

        static Order of(Exchange exchange) {
            return new Order(MailAddresses.parse(variable(exchange, "mailTo")), MailAddresses.one(variable(exchange, "mailFrom")),
                    variable(exchange, "mailSubject"), Boolean.parseBoolean(variable(exchange, "mailAnnotated")),
                    PerHour.parse(variable(exchange, "mailPerHour")));
        }

        MailDigest digest(Map<String, String> values, Map<String, Integer> counts) {
            Map<String, Long> classes = new LinkedHashMap<>();
            counts.forEach((name, count) -> classes.put(name, count.longValue()));
            return new MailDigest(from.toUnicodeString(), InternetAddress.toUnicodeString(to.toArray(InternetAddress[]::new)),
                    subject, perHour, 1, values.get("time"), values.get("time"), classes, List.of(values.get("image")));
        }

        private static String variable(Exchange exchange, String name) {
            return exchange.getVariable(name, "", String.class).strip();
        }

        /** Returns the headers of a mail. */
        Envelope envelope(String line, String id) {
            return Envelope.of(from, to, line, id, subject);
        }
    }

    /** Returns the names of the placeholders of a subject. */
    public static Set<String> placeholders() {
        return WebhookValues.NONE.texts().keySet();
    }

    /** The parameter for the most mails an hour. */
    public static final class PerHour {

        private static final int HIGHEST = 3600;

        private PerHour() {
        }

        /** @throws IllegalArgumentException if it is no number from 0 to 3600 */
        public static int parse(String text) {
            if (!text.matches("\\d{1,4}") || Integer.parseInt(text) > HIGHEST) {
                throw new IllegalArgumentException("it is a number from 0 to " + HIGHEST + ", 0 for any number");
            }
            return Integer.parseInt(text);
        }
    }

    /** Addresses in parameters. */
    public static final class MailAddresses {

        private static final int MOST = 20;

        private MailAddresses() {
        }

        /** @throws IllegalArgumentException if it is no address, or too many */
        public static List<InternetAddress> parse(String text) {
            try {
                List<InternetAddress> addresses = List.of(InternetAddress.parse(text, true));
                if (addresses.isEmpty() || addresses.size() > MOST) {
                    throw new IllegalArgumentException("it is 1 to " + MOST + " addresses with commas between them");
                }
                for (InternetAddress address : addresses) {
                    address.validate();
                    // a name that is not plain ASCII stays as it was written otherwise, which few servers take
                    address.setPersonal(address.getPersonal(), StandardCharsets.UTF_8.name());
                    if (!address.getAddress().chars().allMatch(character -> character > ' ' && character < 127)
                            || address.getAddress().indexOf('@') < 1 || address.isGroup()) {
                        throw new IllegalArgumentException(MessageText.printable(address.getAddress())
                                + " is no address of letters, digits and marks, such as ops@example.com");
                    }
                }
                return addresses;
            } catch (AddressException | UnsupportedEncodingException e) {
                throw new IllegalArgumentException("it is no address: " + e.getMessage(), e);
            }
        }

        /** @throws IllegalArgumentException if it is not one address */
        public static InternetAddress one(String text) {
            List<InternetAddress> addresses = parse(text);
            if (addresses.size() > 1) {
                throw new IllegalArgumentException("it is one address");
            }
            return addresses.get(0);
        }
    }

    /**
     * The image with its result, small enough for a mail.
     *
     * @param jpeg    {@code null} if there is none
     * @param leftOut why there is none, for a person; empty if nobody wanted it
     */
    private record MailPicture(byte[] jpeg, String leftOut) {

        static final MailPicture NONE = new MailPicture(null, "");

        private static final Logger LOG = LoggerFactory.getLogger(MailStep.class);

        /** The size of the largest picture in bytes, and the longer sides to which the image is reduced until it has that size. */
        private static final int LARGEST = 1_000_000;
        private static final List<Integer> SIDES = List.of(1600, 1000, 500);

        /** Returns no picture if the result can't be drawn: a mail without it is better than none. */
        static MailPicture of(Exchange exchange) {
            try {
                for (int side : SIDES) {
                    byte[] jpeg = ImageCopies.annotated(exchange, side);
                    if (jpeg.length <= LARGEST) {
                        return new MailPicture(jpeg, "");
                    }
                }
                return leftOut(exchange, "it is too large");
            } catch (RoboflowException | IllegalStateException e) {
                return leftOut(exchange, e.getMessage());
            }
        }

        private static MailPicture leftOut(Exchange exchange, String reason) {
            LOG.warn("The mail about {} has no picture: {}", MessageText.printable(DeliveryExchange.imageName(exchange)), reason);
            return new MailPicture(null, "left out: " + reason);
        }
    }
}
