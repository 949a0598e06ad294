package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static io.github.camelroboflow.inference.InferenceOption.TILE;

import io.github.camelroboflow.component.Cancellation.InFlight;
import io.github.camelroboflow.component.Cancellation.PendingResult;
import io.github.camelroboflow.component.Leases.Engines;
import io.github.camelroboflow.component.ResultWriter.Body;
import io.github.camelroboflow.component.ResultWriter.ReportedClasses;
import io.github.camelroboflow.component.ResultWriter.Tasks;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.ContractNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/** Reads images from messages, runs them through an engine, and writes the results to the messages. */
class RoboflowProducer extends DefaultAsyncProducer {

    private final RoboflowEndpoint endpoint;
    private InferenceOptions endpointOptions;
    private volatile Engines.Lease lease;
    private InferenceEngine.OpenModel model;
    private ModelDescription description;
    private RoboflowHealthCheck healthCheck;
    private final InFlight inFlight = new InFlight();

    RoboflowProducer(RoboflowEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (endpoint.isSkipped()) {
            return;
        }
        endpointOptions = endpoint.getConfiguration().inferenceOptions();
        Engines.Lease held = endpoint.engines().lease(endpoint.getConfiguration());
        try {
            model = held.open(endpoint.model());
        } catch (RuntimeException | LinkageError e) {
            held.close();
            throw e;
        }
        description = endpoint.getConfiguration().knownTask().map(model.description()::withTask).orElse(model.description());
        if (endpointOptions.isChanged(TILE) && Tasks.isWholeImage(description.task())) {
            model.close();
            held.close();
            throw new IllegalArgumentException("tile=" + endpoint.getConfiguration().getTile() + " is not for " + endpoint.model()
                    + ", which classifies whole images (" + description.task() + "): leave out tile");
        }
        lease = held;
        endpoint.modelOpened(description);
        healthCheck = endpoint.acquireHealthCheck(this);
    }

    @Override
    protected void doStop() throws Exception {
        if (lease != null) {
            Engines.Lease held = lease;
            lease = null;
            inFlight.cancel();
            model.close();
            held.close();
            endpoint.release(healthCheck, this);
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        ResultWriter.clear(exchange);
        return endpoint.workers().process(exchange, callback, this::handle);
    }

    private void handle(Exchange exchange) {
        Message message = exchange.getMessage();
        try {
            InferenceOptions options = MessageOptions.take(message, endpointOptions);
            Optional<List<?>> batch = MessageImages.batch(message);
            if (batch.isPresent()) {
                message.setBody(batch(exchange, batch.get(), options));
                message.removeHeader(Exchange.CONTENT_TYPE);
            } else {
                single(exchange, MessageImages.single(exchange, endpoint.getConfiguration().reading()), options);
            }
            healthCheck.succeeded(this);
        } catch (Throwable e) {
            if (!Cancellation.isRequested(exchange)) {
                healthCheck.failed(this, e);
            }
            exchange.setException(e);
        }
    }

    private void single(Exchange exchange, ImageSource image, InferenceOptions options) {
        List<ImageSource> images = List.of(image);
        CompletableFuture<List<Inference>> begun = begin(exchange, images, options);
        try {
            // computed while the engine works
            String resultKey = ResultKeys.resultKey(image, description, options);
            String deliveryId = ResultKeys.deliveryId(resultKey, exchange);
            Inference inference = await(images, begun, options).get(0);
            Object body = Body.of(image, inference, description, options);
            ResultWriter.set(exchange.getMessage(), inference, description, resultKey, deliveryId);
            setResult(exchange, inference, body, options);
        } finally {
            // no effect if the inference is complete
            begun.cancel(true);
        }
    }

    private void setResult(Exchange exchange, Inference inference, Object body, InferenceOptions options) {
        if (body instanceof byte[]) {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, Body.JPEG);
        }
        exchange.setProperty(ContractNames.INFERENCE, body instanceof Inference drawn ? drawn : inference);
        List<String> classes = description.classes().isEmpty() ? ReportedClasses.of(inference) : description.classes();
        if (!classes.isEmpty()) {
            exchange.setProperty(ContractNames.MODEL_CLASSES, classes);
        }
        exchange.setProperty(ContractNames.CONFIDENCE, options.get(CONFIDENCE));
        exchange.getMessage().setBody(body);
    }

    private List<Object> batch(Exchange exchange, List<?> batch, InferenceOptions options) {
        if (batch.isEmpty()) {
            return List.of();
        }
        if (!endpoint.getConfiguration().isFailFast()) {
            return oneByOne(exchange, batch, options);
        }
        List<ImageSource> images = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            images.add(MessageImages.image(exchange, batch, i, endpoint.getConfiguration().reading()));
        }
        List<Inference> inferences = await(images, begin(exchange, images, options), options);
        List<Object> results = new ArrayList<>(batch.size());
        for (int i = 0; i < images.size(); i++) {
            results.add(Body.of(images.get(i), inferences.get(i), description, options));
        }
        return List.copyOf(results);
    }

    private List<Object> oneByOne(Exchange exchange, List<?> batch, InferenceOptions options) {
        List<CompletableFuture<?>> begun = new ArrayList<>(batch.size());
        List<Supplier<Object>> results = new ArrayList<>(batch.size());
        try {
            for (int i = 0; i < batch.size(); i++) {
                String name = MessageImages.name(batch, i);
                try {
                    List<ImageSource> image = List.of(MessageImages.image(exchange, batch, i,
                            endpoint.getConfiguration().reading()));
                    CompletableFuture<List<Inference>> future = begin(exchange, image, options);
                    begun.add(future);
                    results.add(() -> resultOrFailure(name, image, future, options));
                } catch (InvalidImageException e) {
                    InferenceFailure failure = failure(name, e);
                    results.add(() -> failure);
                }
            }
            return results.stream().map(Supplier::get).toList();
        } finally {
            // no effect on inferences that are complete
            begun.forEach(future -> future.cancel(true));
        }
    }

    private Object resultOrFailure(String name, List<ImageSource> image, CompletableFuture<List<Inference>> future,
                                   InferenceOptions options) {
        try {
            return Body.of(image.get(0), await(image, future, options).get(0), description, options);
        } catch (RoboflowUnavailableException | RoboflowRejectedException | ModelPackageException e) {
            // these failures are not the fault of an image
            throw e;
        } catch (RoboflowException e) {
            return failure(name, e);
        }
    }

    private static InferenceFailure failure(String name, RoboflowException e) {
        return new InferenceFailure(name, e.getMessage(), e.getClass().getSimpleName());
    }

    private CompletableFuture<List<Inference>> begin(Exchange exchange, List<ImageSource> images,
                                                     InferenceOptions options) {
        Engines.Lease held = lease;
        if (held == null) {
            throw new RoboflowUnavailableException(endpoint + " is stopped");
        }
        CompletableFuture<List<Inference>> answer = held.engine().infer(endpoint.model(), images, options).toCompletableFuture();
        return Cancellation.propagateTo(exchange, inFlight.add(answer));
    }

    private List<Inference> await(List<ImageSource> images, CompletableFuture<List<Inference>> result, InferenceOptions options) {
        String image = images.get(0).name();
        List<Inference> inferences = PendingResult
                .await(result, Deadline.in(options.get(REQUEST_TIMEOUT)), image, endpoint.model().value());
        if (inferences.size() != images.size()) {
            throw new RoboflowException("the engine gave " + inferences.size() + " results for " + images.size()
                    + " images, the first of them " + image);
        }
        return inferences;
    }
}
