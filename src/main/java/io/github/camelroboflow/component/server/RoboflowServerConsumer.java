package io.github.camelroboflow.component.server;

import io.github.camelroboflow.component.Cancellation;
import io.github.camelroboflow.component.RoboflowComponent.EngineHandle;
import io.github.camelroboflow.component.RoboflowComponent.ModelCache;
import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.component.server.RequestExchange.Answers;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.server.ModelService.Answer;
import io.github.camelroboflow.server.ModelService.InferenceRequest;
import io.github.camelroboflow.server.ModelService;
import io.github.camelroboflow.server.RoboflowServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a server whose requests are answered by the route. */
class RoboflowServerConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(RoboflowServerConsumer.class);

    private final RoboflowServerEndpoint endpoint;
    private EngineHandle engine;
    private ModelCache models;
    private RoboflowServer server;
    private ExecutorService threads;

    RoboflowServerConsumer(RoboflowServerEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        RoboflowComponent component = endpoint.getCamelContext().getComponent("roboflow", RoboflowComponent.class);
        engine = component.acquireEngine();
        try {
            models = new ModelCache(engine.engine()::open, component.getConfiguration().getMaxLoadedModels(), "the server");
            threads = threads(endpoint.getConfiguration().getMaxRequests());
            ServedModels served = ServedModels.of(component.getConfiguration(), endpoint.getConfiguration().modelNames());
            server = RoboflowServer.start(endpoint.settings(), new RouteModelService(served, models, this::answer));
            if (served.isEmpty()) {
                LOG.warn("No model that clients may use has a folder in {} (modelsDirectory). Clients get HTTP 404 until there is"
                        + " one, such as my-project/3", served.directory().orElseThrow());
            }
            endpoint.updateListening(server.url(), served.installed());
        } catch (Exception e) {
            closeAll();
            throw e;
        }
    }

    @Override
    protected void doStop() throws Exception {
        closeAll();
        super.doStop();
    }

    /**
     * Makes the threads of the route, one for each request. They aren't the server's own, since it has to notice meanwhile that the
     * client disconnects. A request waits in the queue for the moment in which the thread of a finished request returns.
     */
    private ExecutorService threads(int size) {
        String name = "roboflow-server-route";
        return endpoint.getCamelContext().getExecutorServiceManager().newThreadPool(this, name, new ThreadPoolProfileBuilder(name)
                .poolSize(size).maxPoolSize(size).maxQueueSize(size).keepAliveTime(60L).allowCoreThreadTimeOut(true)
                .rejectedPolicy(ThreadPoolRejectedPolicy.Abort).build());
    }

    private void closeAll() {
        endpoint.updateListening(null, List.of());
        if (server != null) {
            server.close();
            server = null;
        }
        if (threads != null) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdown(threads);
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
        RequestExchange.fill(exchange.getMessage(), request);
        try {
            threads.execute(() -> getAsyncProcessor().process(exchange, doneSync -> {
                try {
                    answer.complete(Answers.of(exchange, request));
                } catch (Throwable e) {
                    answer.completeExceptionally(e);
                } finally {
                    releaseExchange(exchange, false);
                }
            }));
        } catch (RejectedExecutionException e) {
            releaseExchange(exchange, false);
            answer.completeExceptionally(new RoboflowUnavailableException("the server is stopping", e));
        }
        return answer;
    }

    /**
     * The answer of a route. It completes only when the route ends, even after it was cancelled: a cancelled route ends after its
     * current step.
     */
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

    /** The models that clients may use. The route runs them. */
    record RouteModelService(ServedModels served, ModelCache models, Function<InferenceRequest,
            CompletionStage<List<Answer>>> route)
            implements ModelService {

        @Override
        public void check(ModelId model) {
            served.find(model);
        }

        @Override
        public ModelDescription open(ModelId model) {
            return models.open(served.find(model)).description();
        }

        @Override
        public List<ModelId> offered() {
            return served.offered();
        }

        @Override
        public List<ModelDescription> opened() {
            return models.opened();
        }

        @Override
        public void close(ModelId model) {
            model.synonyms().forEach(models::close);
        }

        @Override
        public CompletionStage<List<Answer>> infer(InferenceRequest request) {
            return route.apply(request);
        }
    }
}
