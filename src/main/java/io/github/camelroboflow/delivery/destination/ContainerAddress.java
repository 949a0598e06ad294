package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.bucket.azure.AzureConnection;
import io.github.camelroboflow.delivery.bucket.azure.AzureStore;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.ObjectMetadata;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Content;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore;
import io.github.camelroboflow.delivery.destination.DeliveryExchange.MessageHeaders;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.route.ContextEvents;
import java.io.File;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * Sets the destination of a message: the endpoint of a container of Azure. The registry has its component; if it has none, this
 * class binds one with the settings of the properties or of the environment.
 */
public final class ContainerAddress implements Processor, CamelContextAware {

    /** The name by which Camel finds the component in the registry. */
    public static final String COMPONENT = ContainerComponent.SCHEME + "-component";

    private CamelContext camelContext;
    private String container;

    public void setContainer(String container) {
        this.container = container;
    }

    @Override
    public void process(Exchange exchange) {
        exchange.setProperty(Outbox.DESTINATION, ContainerComponent.SCHEME + ":" + container);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        ContextEvents.bindUnlessThere(camelContext, COMPONENT, Component.class,
                () -> new ContainerComponent(AzureConnection.of(camelContext)));
    }

    /** The component of containers. (Camel's own brings Azure's library for identities and others that are not needed.) */
    public static final class ContainerComponent extends DefaultComponent {

        static final String SCHEME = "azure-container";

        private final AzureConnection connection;

        public ContainerComponent(AzureConnection connection) {
            this.connection = connection;
        }

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new ContainerEndpoint(uri, this, new AzureStore(connection, remaining));
        }
    }

    /** The endpoint of a container. It only puts objects. */
    private static final class ContainerEndpoint extends DefaultEndpoint {

        private final ObjectStore store;

        ContainerEndpoint(String uri, Component component, ObjectStore store) {
            super(uri, component);
            this.store = store;
        }

        @Override
        public Producer createProducer() {
            return new ObjectProducer(this, store);
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("nothing is consumed from " + getEndpointUri());
        }
    }

    /** Puts the body as an object with the key in the header {@code objectKey}. */
    private static final class ObjectProducer extends DefaultProducer {

        private final ObjectStore store;

        ObjectProducer(Endpoint endpoint, ObjectStore store) {
            super(endpoint);
            this.store = store;
        }

        @Override
        public void process(Exchange exchange) throws Exception {
            Message message = exchange.getMessage();
            Content content = message.getBody() instanceof File file ? new Content(file.toPath(), null)
                    : new Content(null, message.getMandatoryBody(byte[].class));
            String type = message.getHeader(MessageHeaders.OBJECT_TYPE, String.class);
            try {
                store.put(message.getHeader("objectKey", String.class), content,
                        new ObjectMetadata(type, null, null, Map.of(), null));
            } catch (BucketException e) {
                // the answer of the server is classified as those of other destinations are
                throw e.answer().isPresent() && e.getCause() instanceof RuntimeException answer ? answer : e;
            }
        }
    }
}
