package io.github.camelroboflow.component;

import io.github.camelroboflow.component.Cancellation.InFlight;
import io.github.camelroboflow.component.Cancellation.PendingResult;
import io.github.camelroboflow.condition.camel.ExchangeProperties;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedService;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.geometry.ImageSize;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Takes images from messages and asks a server about them, on the endpoint's own threads.
 *
 * @param <S> what is asked
 */
public abstract class ServiceProducer<S extends HostedService> extends DefaultAsyncProducer {

    private final ServiceEndpoint<S> endpoint;
    private volatile Leases.Lease<S> lease;
    private final InFlight inFlight = new InFlight();

    protected ServiceProducer(ServiceEndpoint<S> endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /** Removes what an earlier call left, so that a failure can't leave an answer that isn't this message's. */
    protected abstract void clearLastResult(Exchange exchange);

    /** Asks the server and puts the answer into the message. */
    protected abstract void handle(Exchange exchange) throws Exception;

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        lease = endpoint.lease();
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
        return endpoint.workers().process(exchange, callback, this::answer);
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

    /** Whether the body is a batch. */
    protected static boolean isBatch(Exchange exchange) {
        return MessageImages.batch(exchange.getMessage()).isPresent();
    }

    /** The image that is the body; a stream is read into memory and stays readable. Without a name it has the exchange's id. */
    protected final ImageSource image(Exchange exchange) {
        ImageSource image = MessageImages.single(exchange, reading());
        return MessageImages.hasName(image) ? image : image.named(exchange.getExchangeId());
    }

    /** The images of a batch. */
    protected final List<ImageSource> images(Exchange exchange) {
        List<?> batch = MessageImages.batch(exchange.getMessage()).orElseThrow();
        return IntStream.range(0, batch.size()).mapToObj(i -> MessageImages.image(exchange, batch, i, reading())).toList();
    }

    /**
     * Makes a result the answer for one image: the body, the property that conditions look at, and the headers.
     *
     * @param target  what gave the result, as the header CamelRoboflowModelId tells it
     * @param options all that the result depends on besides
     */
    protected static void setResult(Exchange exchange, ImageSource image, Inference result, ModelId target, String options) {
        String resultKey = ResultKeys.resultKey(image, target.value(), options);
        String deliveryId = ResultKeys.deliveryId(resultKey, exchange);
        ModelDescription description = new ModelDescription(target, null, List.of(), ImageSize.UNKNOWN, "", Duration.ZERO);
        ResultWriter.set(exchange.getMessage(), result, description, resultKey, deliveryId);
        exchange.setProperty(ExchangeProperties.INFERENCE, result);
        exchange.getMessage().setBody(result);
    }

    /** Removes what {@link #setResult} set. */
    protected static void clearResult(Exchange exchange) {
        ResultWriter.clear(exchange);
    }

    private MessageImages.Reading reading() {
        return endpoint.options().getImageInput() == ImageInput.URL ? MessageImages.Reading.AS_URL
                : MessageImages.Reading.FROM_DISK;
    }

    /** Until when everything must have ended that a message is sent for, from now on. */
    protected final Deadline deadline() {
        return Deadline.in(Duration.ofMillis(endpoint.options().getRequestTimeout()));
    }

    /**
     * The server's answer; it is cancelled if the current thread is interrupted, or the producer stops.
     *
     * @param image its name, for messages
     */
    protected final <T> T await(CompletableFuture<T> answer, Deadline deadline, String image, String target) {
        return PendingResult.await(inFlight.add(answer), deadline, image, target);
    }
}
