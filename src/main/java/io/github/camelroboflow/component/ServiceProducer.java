package io.github.camelroboflow.component;

import io.github.camelroboflow.component.Cancellation.InFlight;
import io.github.camelroboflow.component.Cancellation.PendingResult;
import io.github.camelroboflow.component.ResultWriter.ResultKeys;
import io.github.camelroboflow.component.ServiceComponent.ServiceEndpoint;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedClient.HostedService;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Reads images from messages and calls a service with them.
 *
 * @param <S> the service
 */
public abstract class ServiceProducer<S extends HostedService> extends DefaultAsyncProducer {

    private final ServiceEndpoint<S> endpoint;
    private volatile Leases.Lease<S> lease;
    private final InFlight inFlight = new InFlight();

    protected ServiceProducer(ServiceEndpoint<S> endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /** Removes the result of an earlier call, so that a failure does not leave the answer to another message. */
    protected abstract void clearLastResult(Exchange exchange);

    /** Calls the service and writes the answer to the message. */
    protected abstract void handle(Exchange exchange) throws Exception;

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (!endpoint.isSkipped()) {
            lease = endpoint.lease();
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (lease != null) {
            Leases.Lease<S> held = lease;
            lease = null;
            inFlight.cancel();
            held.close();
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        clearLastResult(exchange);
        return endpoint.workers().process(exchange, callback, this::answer, change -> { });
    }

    private void answer(Exchange exchange) {
        try {
            handle(exchange);
        } catch (Throwable e) {
            exchange.setException(e);
        }
    }

    /** @throws RoboflowUnavailableException if the producer is stopped */
    protected final S service() {
        Leases.Lease<S> held = lease;
        if (held == null) {
            throw new RoboflowUnavailableException(endpoint + " is stopped");
        }
        return held.value();
    }

    /**
     * Removes the headers with a prefix, since they apply to one call only. Returns them by their names, which are equal in any
     * case.
     *
     * @param known the names of the headers that set options
     * @throws IllegalArgumentException naming a header that sets no option
     */
    protected static Map<String, Object> takeOptions(Message message, String prefix, Set<String> known) {
        return MessageOptions.take(message, prefix, known);
    }

    /** Returns the image or the batch of a message. */
    protected final MessageImages images(Exchange exchange) {
        return MessageImages.of(exchange, reading());
    }

    /**
     * Writes the result for one image to the exchange: the body, the property that conditions read, and the headers.
     *
     * @param target  the source of the result, for the header CamelRoboflowModelId
     * @param options everything else that the result depends on
     */
    protected static void setResult(Exchange exchange, ImageSource image, Inference result, ModelId target, String options) {
        String resultKey = ResultKeys.resultKey(image, target.value(), options);
        String deliveryId = ResultKeys.deliveryId(resultKey, exchange);
        ModelDescription description = new ModelDescription(target, null, List.of(), ImageSize.UNKNOWN, "", Duration.ZERO);
        ResultWriter.set(exchange.getMessage(), result, description, resultKey, deliveryId);
        exchange.setProperty(ContractNames.INFERENCE, result);
        exchange.getMessage().setBody(result);
    }

    /** Removes everything that {@link #setResult} has set. */
    protected static void clearResult(Exchange exchange) {
        ResultWriter.clear(exchange);
    }

    private MessageImages.Reading reading() {
        return endpoint.options().getImageInput() == ImageInput.URL ? MessageImages.Reading.AS_URL
                : MessageImages.Reading.FROM_DISK;
    }

    /** Returns the deadline for all requests of a message that begins now. */
    protected final Deadline deadline() {
        return Deadline.in(Duration.ofMillis(endpoint.options().getRequestTimeout()));
    }

    /**
     * Waits for the server's answer. It is cancelled if the current thread is interrupted, or the producer stops.
     *
     * @param image the image's name, for messages
     */
    protected final <T> T await(CompletableFuture<T> answer, Deadline deadline, String image, String target) {
        return PendingResult.await(inFlight.add(answer), deadline, image, target);
    }
}
