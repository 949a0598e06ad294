package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.outbox.Outbox.OutboxSettings;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import io.github.camelroboflow.delivery.outbox.Outbox.WebhookSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** A Camel application with an outbox, on a database in its own folder. */
final class OutboxProgram implements AutoCloseable {

    private final Path refused;
    private final CamelContext context = new DefaultCamelContext();
    private final ProducerTemplate template = context.createProducerTemplate();
    private String url;
    private OutboxSettings settings;
    private Clock clock = Clock.systemUTC();
    private Duration pollInterval = OutboxSender.POLL_INTERVAL;
    private DeliveryDatabase database;
    private Outbox outbox;

    OutboxProgram(Path data) {
        refused = data.resolve("refused");
        url = "jdbc:h2:file:" + data.resolve("delivery");
        settings = new OutboxSettings(refused, Duration.ofHours(24), Duration.ofMillis(100), Duration.ofMillis(400), 8,
                new WebhookSettings(Duration.ofSeconds(5), Duration.ofSeconds(30), WebhookScheme.STANDARD, ""));
    }

    static DeliveryDatabase database(CamelContext context, String url) {
        DeliveryDatabase database = new DeliveryDatabase(new DatabaseSettings(url, "", "", Durability.POWER));
        database.setCamelContext(context);
        return database;
    }

    OutboxProgram database(String other) {
        url = other;
        return this;
    }

    OutboxProgram keepFor(Duration time) {
        settings = new OutboxSettings(refused, time, settings.retryAfter(), settings.maxRetryAfter(), 8, settings.webhooks());
        return this;
    }

    OutboxProgram retryAfter(Duration first, Duration longest) {
        settings = new OutboxSettings(refused, settings.keepFor(), first, longest, 8, settings.webhooks());
        return this;
    }

    OutboxProgram webhooks(Duration responseTimeout, String secret) {
        return webhooks(responseTimeout, WebhookScheme.STANDARD, secret);
    }

    OutboxProgram webhooks(Duration responseTimeout, WebhookScheme scheme, String secret) {
        settings = new OutboxSettings(refused, settings.keepFor(), settings.retryAfter(), settings.maxRetryAfter(), 8,
                new WebhookSettings(Duration.ofSeconds(5), responseTimeout, scheme, secret));
        return this;
    }

    Outbox outbox() {
        if (outbox == null) {
            database = database(context, url);
            outbox = new Outbox(database, settings);
            outbox.setClock(clock);
            outbox.setPollInterval(pollInterval);
            context.getRegistry().bind("outbox", outbox);
        }
        return outbox;
    }

    /** Looks more often for what others left and for what is to be sent again. */
    OutboxProgram pollingEvery(Duration pause) {
        pollInterval = pause;
        return this;
    }

    OutboxProgram clock(Clock other) {
        clock = other;
        return this;
    }

    OutboxProgram start() {
        outbox();
        DeliveryStep enqueue = new DeliveryStep();
        enqueue.setAlways(true);
        DeliveryStep deliver = new DeliveryStep();
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("direct:enqueue").setProperty(Outbox.DESTINATION, header("to")).removeHeader("to").process(enqueue);
                    from("direct:deliver").setProperty(Outbox.DESTINATION, header("to")).removeHeader("to").process(deliver);
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        context.start();
        return this;
    }

    CamelContext context() {
        return context;
    }

    void enqueue(String destination, String id, Object body) {
        template.sendBodyAndHeaders("direct:enqueue", body, headers(destination, id));
    }

    void deliver(String destination, String id, Object body) {
        template.sendBodyAndHeaders("direct:deliver", body, headers(destination, id));
    }

    private static Map<String, Object> headers(String destination, String id) {
        return Map.of("to", destination, "CamelRoboflowDeliveryId", id, "CamelFileName", "line 1/" + id + ".jpg", "Content-Type",
                "application/json");
    }

    Duration oldest() {
        return outbox.oldest().orElseThrow();
    }

    long waiting() {
        return database.execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_outbox", Long.class));
    }

    /** Returns the reasons of the health check, or an empty text. */
    String health() {
        return HealthCheckHelper.invokeReadiness(context).stream().filter(result -> result.getCheck().getId().equals("outbox"))
                .map(result -> result.getMessage().orElse("")).findFirst().orElse("");
    }

    /** Returns the dead letters. */
    List<Path> refused() {
        if (!Files.isDirectory(refused)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(refused)) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JdbcTemplate jdbc() {
        return new JdbcTemplate(database.dataSource());
    }

    @Override
    public void close() {
        context.stop();
    }

    /** A running clock that a test can set. */
    static class SetClock extends Clock {

        private volatile Duration offset = Duration.ZERO;

        void set(Duration ahead) {
            offset = ahead;
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(offset);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
