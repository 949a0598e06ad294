package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.InferenceEngine.InferenceListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;

/**
 * The Micrometer meters of a Camel context, by model and runtime. They are there if the registry of the context has a
 * {@link MeterRegistry}, such as the one of camel-micrometer. Closing removes them from it, since it may outlive the context.
 */
public final class InferenceMeters implements AutoCloseable {

    private static final String PREFIX = "roboflow.";
    private static final String CAMEL_REGISTRY = "metricsRegistry";
    /** The limit of models with meters of their own, since messages may choose models. */
    private static final int MAX_MODELS = 200;
    private static final String OTHER_MODELS = "other";

    private final MeterRegistry registry;
    private final Tags tags;
    private final Set<Meter> meters = ConcurrentHashMap.newKeySet();

    private InferenceMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
    }

    /** Returns the meters of a context; empty if it has no registry of meters, or Micrometer is not on the class path. */
    static Optional<InferenceMeters> find(CamelContext context) {
        try {
            return Lookup.registry(context).map(found -> new InferenceMeters(found, Tags.of("camelContext", context.getName())));
        } catch (NoClassDefFoundError e) {
            return Optional.empty();
        }
    }

    /**
     * Adds a gauge that has nothing to do with a model, if the context has a registry of meters.
     *
     * @param name the name without the prefix of all our meters
     * @param unit the unit of the value
     * @return closes the gauge
     */
    public static AutoCloseable gauge(CamelContext context, String name, String unit, String description, Supplier<Number> value) {
        Optional<InferenceMeters> found = find(context);
        found.ifPresent(meters -> meters.gauge(meters.tags, name, unit, description, value));
        return () -> found.ifPresent(InferenceMeters::close);
    }

    /** Looks for a registry of meters. A class of its own, because it can't be loaded without Micrometer. */
    private static final class Lookup {

        private Lookup() {
        }

        private static Optional<MeterRegistry> registry(CamelContext context) {
            MeterRegistry camels = context.getRegistry().lookupByNameAndType(CAMEL_REGISTRY, MeterRegistry.class);
            if (camels != null) {
                return Optional.of(camels);
            }
            Set<MeterRegistry> all = context.getRegistry().findByType(MeterRegistry.class);
            return all.stream().filter(CompositeMeterRegistry.class::isInstance).findFirst().or(() -> all.stream().findFirst());
        }
    }

    /** @param runtime the place where the models of the listener's engines run */
    InferenceListener listener(String runtime) {
        return new OfRuntime(tags.and("runtime", runtime));
    }

    /** Adds a gauge, unless it is there: a model may be opened several times, and Micrometer would warn. */
    private void gauge(Tags gaugeTags, String name, String unit, String description, Supplier<Number> value) {
        if (registry.find(PREFIX + name).tags(gaugeTags).gauge() == null) {
            meters.add(Gauge.builder(PREFIX + name, value).baseUnit(unit).description(description).tags(gaugeTags)
                    .register(registry));
        }
    }

    private void count(Tags counterTags, String name, String description, Tag... more) {
        counter(counterTags.and(more), name, description).increment();
    }

    private Counter counter(Tags counterTags, String name, String description) {
        Counter counter = Counter.builder(PREFIX + name)
                .description(description).tags(counterTags).register(registry);
        meters.add(counter);
        return counter;
    }

    private Timer timer(Tags timerTags, String name, String description) {
        Timer timer = Timer.builder(PREFIX + name)
                .description(description).tags(timerTags).register(registry);
        meters.add(timer);
        return timer;
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
        meters.clear();
    }

    /** The meters of the models in one place. */
    private final class OfRuntime implements InferenceListener {

        private final Tags runtimeTags;
        private final Map<String, OfModel> models = new ConcurrentHashMap<>();

        OfRuntime(Tags runtimeTags) {
            this.runtimeTags = runtimeTags;
        }

        private OfModel of(String model) {
            OfModel known = models.get(model);
            if (known != null) {
                return known;
            }
            String name = models.size() < MAX_MODELS ? model : OTHER_MODELS;
            return models.computeIfAbsent(name, id -> new OfModel(runtimeTags.and("model", id)));
        }

        @Override
        public void begun(String model) {
            of(model).active.incrementAndGet();
        }

        @Override
        public void completed(String model, long nanos, Outcome outcome) {
            OfModel meters = of(model);
            meters.active.decrementAndGet();
            meters.timers.computeIfAbsent(outcome, key -> timer(meters.tags.and("outcome", lowerCase(key)), "inference",
                    "Calls of a model, each for one image or a batch, with all waits and retries"))
                    .record(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void ended(String model, Stage stage, long nanos) {
            OfModel meters = of(model);
            meters.timers.computeIfAbsent(stage, key -> timer(meters.tags.and("stage", lowerCase(key)), "inference.stage",
                    "Stages of the inference of an image")).record(nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void waiting(String model, int change) {
            of(model).waiting.addAndGet(change);
        }

        @Override
        public void retried(String model) {
            count(of(model).tags, "inference.retries", "Requests that were sent again");
        }

        @Override
        public void refused(String model, boolean refused) {
            OfModel meters = of(model);
            meters.refused.set(refused ? 1 : 0);
            gauge(meters.tags, "breaker.open", null, "1 while the server refuses the model's requests, so that few are sent",
                    meters.refused::get);
        }

        @Override
        public void cached(String model, boolean hit) {
            count(of(model).tags, "cache.requests", "Results that were looked for in the cache",
                    Tag.of("result", hit ? "hit" : "miss"));
        }

        @Override
        public void opened(String model, LongSupplier bytes) {
            OfModel meters = of(model);
            meters.bytes = bytes;
            gauge(meters.tags, "model.weights", "bytes", "Size of the model's weights; 0 while it is not in memory",
                    () -> meters.bytes.getAsLong());
            gauge(runtimeTags, "models.loaded", "models", "Models in memory",
                    () -> models.values().stream().filter(each -> each.bytes.getAsLong() > 0).count());
        }
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private final class OfModel {

        private final Tags tags;
        private final AtomicInteger active = new AtomicInteger();
        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final Map<Enum<?>, Timer> timers = new ConcurrentHashMap<>();
        private volatile LongSupplier bytes = () -> 0;

        OfModel(Tags tags) {
            this.tags = tags;
            gauge(tags, "inference.active", "calls", "Calls that are not complete, waiting or not", active::get);
            gauge(tags, "inference.waiting", "images", "Images that wait for a free thread or their model,"
                    + " and messages that wait for their turn", waiting::get);
        }
    }
}
