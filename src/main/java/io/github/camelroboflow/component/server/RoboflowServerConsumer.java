package io.github.camelroboflow.component.server;

import io.github.camelroboflow.component.Cancellation;
import io.github.camelroboflow.component.HeldEngine;
import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.server.Answer;
import io.github.camelroboflow.server.InferenceRequest;
import io.github.camelroboflow.server.OpenModels;
import io.github.camelroboflow.server.RoboflowServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a server, and has its route answer the requests. */
class RoboflowServerConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(RoboflowServerConsumer.class);

    private final RoboflowServerEndpoint endpoint;
    private HeldEngine engine;
    private OpenModels models;
    private RoboflowServer server;

    RoboflowServerConsumer(RoboflowServerEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        RoboflowComponent component = endpoint.getCamelContext().getComponent("roboflow", RoboflowComponent.class);
        engine = component.holdEngine();
        try {
            models = new OpenModels(engine.engine(), component.getConfiguration().getMaxLoadedModels());
            ServedModels served = ServedModels.of(component.getConfiguration(), endpoint.getConfiguration().modelNames());
            server = RoboflowServer.start(endpoint.settings(), new RouteModels(served, models, this::answer));
            if (served.isNothing()) {
                LOG.warn("No model that clients may use has a folder in {} (modelsDirectory): they get HTTP 404 until one has,"
                        + " such as my-project/3", served.directory().orElseThrow());
            }
            endpoint.listens(server.url(), served.here());
        } catch (Exception e) {
            letGo();
            throw e;
        }
    }

    @Override
    protected void doStop() throws Exception {
        letGo();
        super.doStop();
    }

    private void letGo() {
        endpoint.listens(null, List.of());
        if (server != null) {
            server.close();
            server = null;
        }
        if (models != null) {
            models.close();
            models = null;
        }
        if (engine != null) {
            engine.close();
            engine = null;
        }
    }

    private CompletionStage<List<Answer>> answer(InferenceRequest request) {
        Exchange exchange = createExchange(false);
        CompletableFuture<List<Answer>> answer = new RouteAnswer(Cancellation.of(exchange));
        exchange.setPattern(ExchangePattern.InOut);
        RequestMessage.fill(exchange.getMessage(), request);
        getAsyncProcessor().process(exchange, doneSync -> {
            try {
                answer.complete(RouteAnswers.of(exchange, request));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            } finally {
                releaseExchange(exchange, false);
            }
        });
        return answer;
    }

    /** Is not over before its route is, also where nobody waits for it: a route can be asked to end, and does so after a step. */
    private static final class RouteAnswer extends CompletableFuture<List<Answer>> {

        private final Cancellation cancellation;

        RouteAnswer(Cancellation cancellation) {
            this.cancellation = cancellation;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            if (!isDone()) {
                cancellation.cancel();
            }
            return false;
        }
    }
}
