package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.inference.support.ContractNames;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Lets equal images that are processed at the same time pass one after the other, so that the next {@link DeduplicationRepository}
 * knows whether the one before was delivered. No thread waits meanwhile, so the awaited image never lacks a thread.
 */
public final class KeyedSequencer extends AsyncProcessorSupport implements CamelContextAware {

    /** The longest wait of an image. After it, the image may be delivered twice but is not held for ever. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    private final ConcurrentMap<String, Turn> latest = new ConcurrentHashMap<>();
    private final IdempotentRepository dedupe;
    private CamelContext camelContext;
    private ExecutorService threads;

    /** @param work the unit of work of the image; a waiting image must have another one */
    private record Turn(UnitOfWork work, CompletableFuture<Void> end) {
    }

    /** @param dedupe the repository of delivered images; with a repository that remembers none, no image waits */
    public KeyedSequencer(IdempotentRepository dedupe) {
        this.dedupe = dedupe;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        String key = exchange.getMessage().getHeader(ContractNames.RESULT_KEY, String.class);
        // a transaction belongs to its thread
        if (dedupe instanceof DeduplicationRepository ours && !ours.isWanted() || key == null || exchange.isTransacted()) {
            callback.done(true);
            return true;
        }
        Turn turn = new Turn(exchange.getUnitOfWork(), new CompletableFuture<>());
        Turn before = latest.put(key, turn);
        exchange.getExchangeExtension().addOnCompletion(new EndOfTurn(key, turn));
        if (before == null || before.work() == turn.work()) {
            callback.done(true);
            return true;
        }
        before.end().copy().completeOnTimeout(null, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)
                .thenRunAsync(() -> callback.done(false), threads);
        return false;
    }

    /** Ends a turn after the repository has stored the image as delivered. */
    private final class EndOfTurn extends SynchronizationAdapter {

        private final String key;
        private final Turn turn;

        EndOfTurn(String key, Turn turn) {
            this.key = key;
            this.turn = turn;
        }

        @Override
        public void onDone(Exchange exchange) {
            latest.remove(key, turn);
            turn.end().complete(null);
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST;
        }
    }

    @Override
    protected void doStart() {
        threads = camelContext.getExecutorServiceManager().newCachedThreadPool(this, "roboflow-sequencer");
    }

    @Override
    protected void doStop() {
        camelContext.getExecutorServiceManager().shutdown(threads);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
