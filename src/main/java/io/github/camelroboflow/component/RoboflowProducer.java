package io.github.camelroboflow.component;

import io.github.camelroboflow.condition.camel.ExchangeProperties;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;

/** Takes images from messages, has an engine run them, and puts the results into the messages. */
class RoboflowProducer extends DefaultAsyncProducer {

    /** An engine keeps its own deadline; this is how much later we stop waiting for one that doesn't. */
    private static final long GRACE_SECONDS = 5;

    private final RoboflowEndpoint endpoint;
    private InferenceOptions endpointOptions;
    private Engines.Lease lease;
    private InferenceEngine.OpenModel model;
    private RoboflowHealthCheck healthCheck;

    RoboflowProducer(RoboflowEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        endpointOptions = endpoint.getConfiguration().inferenceOptions();
        lease = endpoint.engines().lease(endpoint.getConfiguration());
        try {
            model = lease.engine().open(endpoint.model());
        } catch (RuntimeException | LinkageError e) {
            lease.close();
            throw e;
        }
        endpoint.opened(model.description());
        healthCheck = new RoboflowHealthCheck(endpoint.getTarget());
        WritableHealthCheckRepository checks = healthChecks();
        if (checks != null) {
            healthCheck.setEnabled(endpoint.isHealthCheckEnabled());
            checks.addHealthCheck(healthCheck);
        }
    }

    @Override
    protected void doStop() throws Exception {
        WritableHealthCheckRepository checks = healthChecks();
        if (checks != null && healthCheck != null) {
            checks.removeHealthCheck(healthCheck);
        }
        if (model != null) {
            model.close();
            model = null;
        }
        if (lease != null) {
            lease.close();
            lease = null;
        }
        super.doStop();
    }

    private WritableHealthCheckRepository healthChecks() {
        return HealthCheckHelper.getHealthCheckRepository(endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            if (Workers.isCurrentThreadWorker()) {
                handle(exchange);
            } else if (exchange.isTransacted()) {
                // a transaction belongs to its thread
                endpoint.workers().runHere(() -> handle(exchange));
            } else {
                endpoint.workers().execute(() -> {
                    handle(exchange);
                    callback.done(false);
                });
                return false;
            }
        } catch (RoboflowException e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    /** Never throws: what goes wrong is the exchange's exception. */
    private void handle(Exchange exchange) {
        Message message = exchange.getMessage();
        ResultHeaders.clear(message);
        exchange.removeProperty(ExchangeProperties.INFERENCE);
        try {
            InferenceOptions options = MessageOptions.take(message, endpointOptions);
            if (MessageImages.isBatch(message)) {
                message.setBody(batch(MessageImages.of(exchange), options));
            } else {
                single(exchange, MessageImages.of(exchange).get(0), options);
            }
            healthCheck.succeeded();
        } catch (Exception | LinkageError | OutOfMemoryError e) {
            healthCheck.failed(e);
            exchange.setException(e);
        }
    }

    private void single(Exchange exchange, ImageSource image, InferenceOptions options) {
        ModelDescription description = model.description();
        String resultKey = ResultKeys.resultKey(image, description, options);
        String deliveryId = ResultKeys.deliveryId(resultKey, exchange);
        Inference inference = infer(List.of(image), options).get(0);
        Object body = ResultBodies.body(image, inference, description, options);
        ResultHeaders.set(exchange.getMessage(), inference, description, resultKey, deliveryId);
        if (body instanceof byte[]) {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, ResultBodies.JPEG);
        }
        exchange.setProperty(ExchangeProperties.INFERENCE, body instanceof Inference drawn ? drawn : inference);
        exchange.setProperty(ExchangeProperties.MODEL_CLASSES, description.classes());
        exchange.setProperty(ExchangeProperties.CONFIDENCE, options.confidence());
        exchange.getMessage().setBody(body);
    }

    private List<Object> batch(List<ImageSource> images, InferenceOptions options) {
        ModelDescription description = model.description();
        List<Object> results = new ArrayList<>(images.size());
        if (endpoint.getConfiguration().isFailFast()) {
            List<Inference> inferences = infer(images, options);
            for (int i = 0; i < images.size(); i++) {
                results.add(ResultBodies.body(images.get(i), inferences.get(i), description, options));
            }
            return List.copyOf(results);
        }
        for (ImageSource image : images) {
            try {
                results.add(ResultBodies.body(image, infer(List.of(image), options).get(0), description, options));
            } catch (RoboflowException e) {
                results.add(new InferenceFailure(image.name(), e.getMessage(), e.getClass().getSimpleName()));
            }
        }
        return results;
    }

    private List<Inference> infer(List<ImageSource> images, InferenceOptions options) {
        CompletableFuture<List<Inference>> result =
                lease.engine().infer(endpoint.model(), images, options).toCompletableFuture();
        try {
            return result.get(options.requestTimeout().toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new RoboflowUnavailableException("stopped while " + images.get(0).name() + " was with " + endpoint.model(), e);
        } catch (TimeoutException e) {
            result.cancel(true);
            throw new RoboflowUnavailableException("no answer for " + images.get(0).name() + " from " + endpoint.model() + " within "
                    + options.requestTimeout().toSeconds() + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RoboflowException known) {
                throw known;
            }
            throw new RoboflowException(images.get(0).name() + " could not be run through " + endpoint.model() + ": " + e.getCause(),
                    e.getCause());
        }
    }
}
