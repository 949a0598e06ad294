package io.github.camelroboflow.delivery.scale.work;

import io.github.camelroboflow.delivery.scale.ClaimTable;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/**
 * The source of a worker's route, {@code references:<topic>}: the images whose references come in a topic. The body of a message is
 * the image's file.
 */
public final class ReferenceComponent extends DefaultComponent {

    private final WorkSettings settings;
    private final Supplier<ClaimTable> claims;
    private final Supplier<ReferencedImages> images;

    /**
     * The settings of a worker.
     *
     * @param deadLetters the topic of the messages that were given up
     * @param workerId    distinguishes the worker from all others, also after a restart; empty for an id that changes at each start
     * @param inFlight    the number of images that are worked on at the same time
     * @param maxAttempts how often an image is tried whose failure may be its own
     * @param brokers     some of the brokers, {@code host:port}, separated by commas
     * @param timeout     the time that the brokers may take to answer
     */
    public record WorkSettings(String deadLetters, String workerId, int inFlight, int maxAttempts, String brokers,
            Duration timeout) {
    }

    public ReferenceComponent(WorkSettings settings, Supplier<ClaimTable> claims, Supplier<ReferencedImages> images) {
        this.settings = settings;
        this.claims = claims;
        this.images = images;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (remaining.isBlank()) {
            throw new IllegalArgumentException("a topic is missing in " + uri + ": write references:{{scale.topic}}");
        }
        return new ReferenceEndpoint(uri, this, remaining);
    }

    /** The images of a topic. */
    static final class ReferenceEndpoint extends DefaultEndpoint {

        private final ReferenceComponent component;
        private final String topic;

        ReferenceEndpoint(String uri, ReferenceComponent component, String topic) {
            super(uri, component);
            this.component = component;
            this.topic = topic;
        }

        String topic() {
            return topic;
        }

        WorkSettings settings() {
            return component.settings;
        }

        ClaimTable claims() {
            return component.claims.get();
        }

        ReferencedImages images() {
            return component.images.get();
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            ReferenceConsumer consumer = new ReferenceConsumer(this, processor);
            configureConsumer(consumer);
            return consumer;
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException("references: is a source; a dispatcher sends references");
        }
    }
}
