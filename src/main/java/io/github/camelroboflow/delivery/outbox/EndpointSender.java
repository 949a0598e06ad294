package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.outbox.DestinationSender.Delivery;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.MessageSender;
import io.github.camelroboflow.delivery.outbox.Payload.PayloadException;
import java.io.IOException;
import java.util.HashMap;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.util.StringHelper;

/** Sends messages with Camel's endpoints, by senders of ours, and as webhooks to web addresses. */
final class EndpointSender implements MessageSender {

    private static final Pattern WEB = Pattern.compile("(?i)https?:.*", Pattern.DOTALL);

    /** The endpoints that read a file in parts. Others may not send its content, or may read it too late. */
    private static final Pattern FILE_ENDPOINTS = Pattern.compile("(aws2-s3|azure-container|file|ftps?|sftp):.*", Pattern.DOTALL);

    private final CamelContext context;
    private final ProducerTemplate template;
    private final WebhookSender webhooks;

    EndpointSender(CamelContext context, ProducerTemplate template, WebhookSender webhooks) {
        this.context = context;
        this.template = template;
        this.webhooks = webhooks;
    }

    /** Returns whether a destination is a web address. */
    static boolean isWeb(String destination) {
        return WEB.matcher(destination).matches();
    }

    @Override
    public void send(OutboxMessage message) throws Exception {
        if (isWeb(message.destination())) {
            webhooks.send(message);
            return;
        }
        DestinationSender sender = sender(message.destination());
        if (sender != null) {
            sender.send(new Delivery(message.destination(), message.deliveryId(), content(message), message.text(),
                    message.headers()));
            return;
        }
        Endpoint endpoint = endpoint(message.destination());
        Object body = body(message);
        Exchange exchange = template.send(endpoint, request -> {
            request.getMessage().setHeaders(new HashMap<>(message.headers()));
            request.getMessage().getHeaders().putAll(message.credentials());
            request.getMessage().setBody(body);
        });
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
    }

    /** Returns the sender of the address's scheme; {@code null} if an endpoint of Camel sends. */
    private DestinationSender sender(String destination) {
        String scheme = StringHelper.before(destination, ":", "");
        return context.getRegistry().lookupByNameAndType(scheme + DestinationSender.SUFFIX, DestinationSender.class);
    }

    private static byte[] content(OutboxMessage message) throws PayloadException {
        try {
            return message.payload().bytes();
        } catch (IOException e) {
            throw new PayloadException(e);
        }
    }

    /** Returns the body. Reads it before anything is sent. */
    private static Object body(OutboxMessage message) throws PayloadException {
        try {
            return message.body(FILE_ENDPOINTS.matcher(message.destination()).matches());
        } catch (IOException e) {
            throw new PayloadException(e);
        }
    }

    /** Returns the endpoint. One thread at a time, since a second thread may get a new component before it is ready. */
    private synchronized Endpoint endpoint(String uri) {
        return context.getEndpoint(uri);
    }
}
