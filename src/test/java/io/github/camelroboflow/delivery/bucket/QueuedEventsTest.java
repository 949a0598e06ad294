package io.github.camelroboflow.delivery.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.bucket.azure.AzureConnection;
import io.github.camelroboflow.delivery.bucket.azure.AzureConnection.AzureSettings;
import io.github.camelroboflow.delivery.bucket.azure.AzureStore;
import io.github.camelroboflow.delivery.bucket.client.EventQueue;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class QueuedEventsTest {

    private static final String EVENT = """
            {"type":"Microsoft.Storage.BlobCreated","subject":"/blobServices/default/containers/images/blobs/inbox/a.jpg",\
            "data":{"eTag":"0x1","contentLength":1}}""";

    private final CamelContext context = new DefaultCamelContext();
    private final List<String> deleted = new ArrayList<>();
    private int received;

    /** Returns a queue with one message, which comes back each time with another receipt. */
    private EventQueue queue() {
        return (EventQueue) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {EventQueue.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hiddenFor" -> Duration.ofMinutes(1);
                    case "receive" -> List.of(new EventQueue.Message("id", EVENT, "receipt-" + ++received, received));
                    case "delete" -> {
                        ((List<?>) arguments[0]).forEach(message -> deleted.add(((EventQueue.Message) message).receipt()));
                        yield null;
                    }
                    default -> "";
                });
    }

    private List<?> receive(QueuedEvents events) throws Exception {
        Exchange exchange = new DefaultExchange(context);
        events.receive(exchange);
        return exchange.getMessage().getBody(List.class);
    }

    @Test
    void aMessageThatComesBackWhileItsImageIsInWorkIsDeletedAtItsEnd() throws Exception {
        BucketSettings settings = new BucketSettings("images", "inbox/", "done/", "failed/", BucketSettings.After.MOVE, 1000,
                Path.of("unused"), 3);
        AzureStore store = new AzureStore(new AzureConnection(new AzureSettings("UseDevelopmentStorage=true", "", "", "")),
                "images");
        QueuedEvents events = new QueuedEvents(queue(), new BucketInbox(settings, store, new ImageNameFilter("jpg", "", ""),
                new BucketMemory(null)));
        Exchange inWork = new DefaultExchange(context);
        inWork.getMessage().setBody(receive(events).get(0));
        events.open(inWork);

        assertThat(receive(events)).as("its image is in work already").isEmpty();
        assertThat(deleted).isEmpty();
        inWork.getExchangeExtension().handoverCompletions().forEach(end -> end.onComplete(inWork));
        assertThat(deleted).as("only the last receipt is valid").containsExactly("receipt-2");
    }
}
