package io.github.camelroboflow.app.page;

import io.github.camelroboflow.app.status.WorkMonitor;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckHelper;

/**
 * The meters of the program as text for Prometheus. The program starts with an empty composite registry, which costs little; the
 * one that counts is added when the page starts.
 */
final class Metrics {

    /** The content type of the text. */
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String REGISTRY = "metricsRegistry";

    private final Optional<PrometheusMeterRegistry> registry;

    Metrics(CamelContext context) {
        MeterRegistry found = context.getRegistry().lookupByNameAndType(REGISTRY, MeterRegistry.class);
        if (found instanceof CompositeMeterRegistry composite) {
            PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            composite.add(prometheus);
            bindProgram(prometheus, context);
            registry = Optional.of(prometheus);
        } else {
            registry = found instanceof PrometheusMeterRegistry prometheus ? Optional.of(prometheus) : Optional.empty();
        }
    }

    /** Gives the context a registry, unless it has one. */
    static void bind(CamelContext context) {
        if (context.getRegistry().findByType(MeterRegistry.class).isEmpty()) {
            context.getRegistry().bind(REGISTRY, MeterRegistry.class, new CompositeMeterRegistry());
        }
    }

    private static void bindProgram(MeterRegistry registry, CamelContext context) {
        ImageTally tally = ImageTally.of(context);
        List<String> watches = InboxStrategy.of(context).stream().map(InboxStrategy::watch)
                .filter(name -> !name.isEmpty()).toList();
        if (watches.isEmpty()) {
            images(registry, tally, Tags.empty(), counts -> counts.counts().done(), counts -> counts.counts().failed());
        }
        watches.forEach(name -> images(registry, tally, Tags.of("watch", name), counts -> counts.done(name),
                counts -> counts.failed(name)));
        Gauge.builder("roboflow.checks.down", context, Metrics::down)
                .description("Health checks that are down, such as those of routes that an outage suspends").register(registry);
        Gauge.builder("roboflow.images.work", context, WorkMonitor::inWork).description("Images that routes work on")
                .register(registry);
        List.of(new JvmMemoryMetrics(), new JvmThreadMetrics(), new ProcessorMetrics(), new UptimeMetrics(),
                new FileDescriptorMetrics()).forEach(meters -> meters.bindTo(registry));
    }

    private static long down(CamelContext context) {
        return HealthCheckHelper.invoke(context).stream().filter(result -> result.getState() == State.DOWN).count();
    }

    private static void images(MeterRegistry registry, ImageTally tally, Tags tags, ToDoubleFunction<ImageTally> done,
                               ToDoubleFunction<ImageTally> failed) {
        Map.of("done", done, "failed", failed).forEach((outcome, count) -> FunctionCounter.builder("roboflow.images", tally, count)
                .tags(tags.and("outcome", outcome)).description("Images that ended").register(registry));
    }

    /** Returns the text; empty if the registry of the context is not for Prometheus. */
    Optional<String> text() {
        return registry.map(PrometheusMeterRegistry::scrape);
    }
}
