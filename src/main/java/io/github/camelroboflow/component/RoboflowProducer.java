package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.CONFIDENCE;
import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;

import io.github.camelroboflow.component.Cancellation.InFlight;
import io.github.camelroboflow.component.Cancellation.PendingResult;
import io.github.camelroboflow.component.ImageEndpoint.Workers;
import io.github.camelroboflow.component.Leases.Engines;
import io.github.camelroboflow.component.ResultWriter.Body;
import io.github.camelroboflow.component.ResultWriter.ReportedClasses;
import io.github.camelroboflow.component.ResultWriter.ResultKeys;
import io.github.camelroboflow.component.RoboflowComponent.ModelCache;
import io.github.camelroboflow.component.RoboflowConfiguration.WhenFull;
import io.github.camelroboflow.component.RoboflowEndpoint.AllowedModels;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.MessageText;
import java.time.Duration;
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

    /** Characters of a name from outside that a message shows. */
    private static final int LONGEST_NAME = 100;

    private final RoboflowEndpoint endpoint;
    private InferenceOptions endpointOptions;
    private AllowedModels allowed;
    private volatile InferenceListener listener = InferenceListener.NONE;
    private volatile Engines.Lease lease;
    /** The endpoint's own model; {@code null} if each message chooses one. */
    private Model model;
    private ModelCache chosen;
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
        allowed = endpoint.allowed();
        Engines.Lease held = endpoint.engines().lease(endpoint.getConfiguration());
        listener = endpoint.listener();
        try {
            chosen = new ModelCache(id -> new Model(held, id), endpoint.getConfiguration().getMaxLoadedModels(),
                    endpoint.name());
            model = endpoint.model().map(id -> new Model(held, id)).orElse(null);
        } catch (RuntimeException | LinkageError e) {
            held.close();
            throw e;
        }
        lease = held;
        if (model != null) {
            endpoint.modelOpened(model.description);
        }
    }

    /** An open model, and its health check. */
    private final class Model implements InferenceEngine.OpenModel {

        private final ModelId id;
        private final InferenceEngine.OpenModel opened;
        private final ModelDescription description;
        private final RoboflowHealthCheck.Use health;

        Model(Engines.Lease held, ModelId id) {
            this.id = id;
            opened = held.open(id);
            try {
                description = endpoint.describe(opened);
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
            health = endpoint.acquireHealthCheck(id, opened);
        }

        @Override
        public ModelDescription description() {
            return description;
        }

        @Override
        public void close() {
            opened.close();
            health.close();
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (lease != null) {
            Engines.Lease held = lease;
            lease = null;
            inFlight.cancel();
            chosen.close();
            if (model != null) {
                model.close();
            }
            held.close();
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        ResultWriter.clear(exchange);
        return endpoint.workers().process(exchange, callback, this::handle,
                change -> listener.waiting(awaitedModel(exchange.getMessage()), change), arrival(exchange));
    }

    /**
     * Returns the arrival of a message. It has a time for its result if somebody waits for that, as a client of a server does, or
     * if the endpoint lets nobody wait for a free place. An image from a folder or a bucket waits.
     */
    private Workers.Arrival arrival(Exchange exchange) {
        int images = exchange.getMessage().getBody() instanceof List<?> list ? Math.max(1, list.size()) : 1;
        boolean impatient = Cancellation.isPossible(exchange) || endpoint.getConfiguration().getWhenFull() == WhenFull.FAIL;
        return new Workers.Arrival(images, Optional.of(endpointOptions.get(REQUEST_TIMEOUT)).filter(timeout -> impatient),
                ahead -> estimate(exchange.getMessage(), ahead, images));
    }

    private Duration estimate(Message message, int ahead, int images) {
        Engines.Lease held = lease;
        String awaited = awaitedModel(message);
        return held == null || !ModelId.isValid(awaited) ? Duration.ZERO
                : held.engine().estimate(new ModelId(awaited), ahead, images);
    }

    /** Returns the model that a message waits for; the endpoint's target if the message asks for none that it may have. */
    private String awaitedModel(Message message) {
        String wanted = String.valueOf(message.getHeader(RoboflowConstants.MODEL)).strip();
        return ModelId.isValid(wanted) && allowed.include(new ModelId(wanted)) ? wanted
                : endpoint.getTarget();
    }

    private void handle(Exchange exchange, Workers.Turn turn) {
        Message message = exchange.getMessage();
        Model used = null;
        try {
            Object wanted = message.removeHeader(RoboflowConstants.MODEL);
            InferenceOptions options = MessageOptions.take(message, endpointOptions);
            used = chosen(wanted);
            Call call = new Call(exchange, turn, used, options);
            MessageImages images = MessageImages.of(exchange, endpoint.getConfiguration().reading());
            if (images.isBatch()) {
                message.setBody(call.batch(images));
                message.removeHeader(Exchange.CONTENT_TYPE);
            } else {
                call.single(images.single());
            }
            images.attachmentNames().ifPresent(names -> message.setHeader(RoboflowConstants.IMAGE_NAMES, names));
            used.health.succeeded();
        } catch (Throwable e) {
            if (used != null && !Cancellation.isRequested(exchange)) {
                used.health.failed(e);
            }
            exchange.setException(e);
        }
    }

    /**
     * Returns the model for a message.
     *
     * @param wanted the value of the header; {@code null} for the endpoint's own model
     * @throws IllegalArgumentException if the message may not choose that model
     */
    private Model chosen(Object wanted) {
        if (wanted == null) {
            if (model == null) {
                throw new IllegalArgumentException(endpoint.name() + " has no model of its own: set the header "
                        + RoboflowConstants.MODEL + " to one of " + allowed);
            }
            return model;
        }
        String text = String.valueOf(wanted).strip();
        if (model != null && model.id.value().equals(text)) {
            return model;
        }
        if (!ModelId.isValid(text) || !allowed.include(new ModelId(text))) {
            throw new IllegalArgumentException("the header " + RoboflowConstants.MODEL + " asks for "
                    + MessageText.printable(text.substring(0, Math.min(text.length(), LONGEST_NAME))) + ", but " + endpoint.name()
                    + (allowed.isEmpty() ? " has no option allowedModels: list there what messages may ask for, or leave out the"
                            + " header" : " allows " + allowed + " (allowedModels)"));
        }
        return (Model) chosen.open(new ModelId(text));
    }

    /** The work on one message. */
    private final class Call {

        private final Exchange exchange;
        private final Workers.Turn turn;
        private final ModelId id;
        private final ModelDescription description;
        private final InferenceOptions options;

        Call(Exchange exchange, Workers.Turn turn, Model model, InferenceOptions options) {
            this.exchange = exchange;
            this.turn = turn;
            this.id = model.id;
            this.description = model.description;
            this.options = options;
        }

        void single(ImageSource image) {
            List<ImageSource> images = List.of(image);
            CompletableFuture<List<Inference>> begun = begin(images);
            try {
                // computed while the engine works
                String resultKey = ResultKeys.resultKey(image, description, options);
                String deliveryId = ResultKeys.deliveryId(resultKey, exchange);
                Inference inference = await(images, begun).get(0);
                Object body = Body.of(image, inference, description, options);
                ResultWriter.set(exchange.getMessage(), inference, description, resultKey, deliveryId);
                setResult(inference, body);
            } finally {
                // no effect if the inference is complete
                begun.cancel(true);
            }
        }

        private void setResult(Inference inference, Object body) {
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

        List<Object> batch(MessageImages batch) {
            if (batch.size() == 0) {
                return List.of();
            }
            if (!endpoint.getConfiguration().isFailFast()) {
                return oneByOne(batch);
            }
            List<ImageSource> images = batch.all();
            List<Inference> inferences = await(images, begin(images));
            List<Object> results = new ArrayList<>(batch.size());
            for (int i = 0; i < images.size(); i++) {
                results.add(Body.of(images.get(i), inferences.get(i), description, options));
            }
            return List.copyOf(results);
        }

        private List<Object> oneByOne(MessageImages batch) {
            List<CompletableFuture<?>> begun = new ArrayList<>(batch.size());
            List<Supplier<Object>> results = new ArrayList<>(batch.size());
            try {
                for (int i = 0; i < batch.size(); i++) {
                    String name = batch.name(i);
                    try {
                        List<ImageSource> image = List.of(batch.image(i));
                        CompletableFuture<List<Inference>> future = begin(image);
                        begun.add(future);
                        results.add(() -> resultOrFailure(name, image, future));
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

        private Object resultOrFailure(String name, List<ImageSource> image, CompletableFuture<List<Inference>> future) {
            try {
                return Body.of(image.get(0), await(image, future).get(0), description, options);
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

        private CompletableFuture<List<Inference>> begin(List<ImageSource> images) {
            Engines.Lease held = lease;
            if (held == null) {
                throw new RoboflowUnavailableException(endpoint + " is stopped");
            }
            CompletableFuture<List<Inference>> answer = held.engine().infer(id, images, options).toCompletableFuture();
            turn.end();
            return Cancellation.propagateTo(exchange, inFlight.add(answer));
        }

        private List<Inference> await(List<ImageSource> images, CompletableFuture<List<Inference>> result) {
            String image = images.get(0).name();
            List<Inference> inferences;
            try {
                inferences = turn.shortenedDeadline().isPresent()
                        ? PendingResult.awaitUntil(result, turn.shortenedDeadline().get(), image, id.value())
                        : PendingResult.await(result, Deadline.in(options.get(REQUEST_TIMEOUT)), image, id.value());
            } catch (RoboflowException e) {
                // a client may ask again; only an image of a folder has to be given up
                throw Cancellation.isPossible(exchange) && turn.isLate() && e.getClass() == RoboflowException.class
                        ? new RoboflowUnavailableException(e.getMessage(), e) : e;
            }
            if (inferences.size() != images.size()) {
                throw new RoboflowException("the engine gave " + inferences.size() + " results for " + images.size()
                        + " images, the first of them " + image);
            }
            return inferences;
        }
    }
}
