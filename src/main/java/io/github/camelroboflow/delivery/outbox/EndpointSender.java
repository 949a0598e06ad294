package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.outbox.OutboxMessage.MessageSender;
import io.github.camelroboflow.delivery.outbox.Payload.PayloadException;
import java.io.IOException;
import java.util.HashMap;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Sends by Camel's endpoints; to addresses of the web as a webhook. */
final class EndpointSender implements MessageSender {

    private static final Pattern WEB = Pattern.compile("(?i)https?:.*", Pattern.DOTALL);

    /** Those that read a file piece by piece. Others may take it for something else than its content, or read it too late. */
    private static final Pattern OF_FILES = Pattern.compile("(aws2-s3|file|ftps?|sftp):.*", Pattern.DOTALL);

    private final CamelContext context;
    private final ProducerTemplate template;
    private final WebhookSender webhooks;

    EndpointSender(CamelContext context, ProducerTemplate template, WebhookSender webhooks) {
        this.context = context;
        this.template = template;
        this.webhooks = webhooks;
    }

    /** Whether a destination is a webhook's receiver. */
    static boolean isWeb(String destination) {
        return WEB.matcher(destination).matches();
    }

    @Override
    public void send(OutboxMessage parcel) throws Exception {
        if (isWeb(parcel.destination())) {
            webhooks.send(parcel);
            return;
        }
        Endpoint endpoint = endpoint(parcel.destination());
        Object body = body(parcel);
        Exchange exchange = template.send(endpoint, request -> {
            request.getMessage().setHeaders(new HashMap<>(parcel.headers()));
            request.getMessage().getHeaders().putAll(parcel.credentials());
            request.getMessage().setBody(body);
        });
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
    }

    /** Reads it before anything is sent. */
    private static Object body(OutboxMessage parcel) throws PayloadException {
        try {
            return parcel.body(OF_FILES.matcher(parcel.destination()).matches());
        } catch (IOException e) {
            throw new PayloadException(e);
        }
    }

    /** By one thread at a time: of two that ask for a new component at once, one may be given it before it is ready. */
    private synchronized Endpoint endpoint(String uri) {
        return context.getEndpoint(uri);
    }
}
