package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.ProgressDeadline;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.destination.DeduplicationRepository.DeduplicationSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeduplicationRepositoryIT {

    private static final String KEY = "CamelRoboflowResultKey";

    @TempDir
    Path data;

    private volatile CountDownLatch gate = new CountDownLatch(0);

    private DeduplicationRepository dedupe(CamelContext context, String by) {
        DeliveryDatabase database = new DeliveryDatabase(new DatabaseSettings("jdbc:h2:file:" + data.resolve("delivery"), "", "",
                Durability.POWER));
        database.setCamelContext(context);
        return new DeduplicationRepository(database, new DeduplicationSettings(by.equals("content"), Duration.ZERO));
    }

    private CamelContext start(String by) throws Exception {
        CamelContext context = new DefaultCamelContext();
        DeduplicationRepository dedupe = dedupe(context, by);
        KeyedSequencer inTurn = new KeyedSequencer(dedupe);
        inTurn.setCamelContext(context);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:deliver").process(inTurn).idempotentConsumer(header(KEY), dedupe).eager(false)
                        .process(exchange -> gate.await()).to("mock:delivered").filter(body().isEqualTo("broken"))
                        .throwException(IllegalStateException.class, "broken");
            }
        });
        context.start();
        return context;
    }

    private static void send(CamelContext context, String key, String body) {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            template.sendBodyAndHeader("direct:deliver", body, KEY, key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int delivered(CamelContext context) {
        return context.getEndpoint("mock:delivered", MockEndpoint.class).getReceivedCounter();
    }

    @Test
    void whatWasDeliveredByAnEarlierRunIsNotDeliveredAgain() throws Exception {
        try (CamelContext first = start("content")) {
            send(first, "a", "");
            send(first, "a", "");
            send(first, "b", "");
            assertThat(delivered(first)).isEqualTo(2);
        }
        try (CamelContext second = start("content")) {
            send(second, "a", "");
            send(second, "c", "");
            assertThat(delivered(second)).isEqualTo(1);
        }
    }

    @Test
    void whatFailedIsTriedAgain() throws Exception {
        try (CamelContext context = start("content")) {
            assertThatThrownBy(() -> send(context, "a", "broken")).isInstanceOf(CamelExecutionException.class);
            send(context, "a", "");
            assertThat(delivered(context)).isEqualTo(2);
        }
    }

    private static int inFlight(CamelContext context) {
        return context.getInflightRepository().size();
    }

    @Test
    void ofEqualImagesThatAreWorkedOnAtOnceOneIsDelivered() throws Exception {
        gate = new CountDownLatch(1);
        try (CamelContext context = start("content"); ProducerTemplate template = context.createProducerTemplate()) {
            List<CompletableFuture<Object>> sent = IntStream.range(0, 6)
                    .mapToObj(i -> template.asyncRequestBodyAndHeader("direct:deliver", "", KEY, "a")).toList();
            await().until(() -> inFlight(context) == 6);
            gate.countDown();
            for (Future<Object> each : sent) {
                each.get();
            }
            assertThat(delivered(context)).isEqualTo(1);
        }
    }

    @Test
    void ifTheFirstOfTwoEqualImagesFailsTheSecondIsDelivered() throws Exception {
        gate = new CountDownLatch(1);
        try (CamelContext context = start("content"); ProducerTemplate template = context.createProducerTemplate()) {
            Future<Object> first = template.asyncRequestBodyAndHeader("direct:deliver", "broken", KEY, "a");
            await().until(() -> inFlight(context) == 1);
            Future<Object> second = template.asyncRequestBodyAndHeader("direct:deliver", "", KEY, "a");
            await().until(() -> inFlight(context) == 2);
            gate.countDown();
            assertThatThrownBy(first::get).hasRootCauseMessage("broken");
            second.get();
            assertThat(delivered(context)).isEqualTo(2);
            send(context, "a", "");
            assertThat(delivered(context)).isEqualTo(2);
        }
    }

    @Test
    void anImageThatComesTwiceInOneExchangeDoesNotWaitForItself() throws Exception {
        try (CamelContext context = start("content")) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:twice").to("direct:deliver").to("direct:deliver");
                }
            });
            try (ProducerTemplate template = context.createProducerTemplate()) {
                assertThat(template.asyncRequestBodyAndHeader("direct:twice", "", KEY, "a")).succeedsWithin(ProgressDeadline.LAST);
            }
        }
    }

    @Test
    void whatTwoMachinesRememberAtOnceIsNoError() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            DeduplicationRepository dedupe = dedupe(context, "content");
            for (int i = 0; i < 50; i++) {
                String key = "key " + i;
                List<CompletableFuture<Boolean>> added = Stream.generate(() -> CompletableFuture.supplyAsync(() -> dedupe.add(key)))
                        .limit(4).toList();
                assertThat(added).extracting(CompletableFuture::join).containsOnlyOnce(true);
            }
            ServiceHelper.stopService(dedupe);
        }
    }

    @Test
    void withNoneEverythingPassesAndNoDatabaseIsMade() throws Exception {
        try (CamelContext context = start("none")) {
            send(context, "a", "");
            send(context, "a", "");
            assertThat(delivered(context)).isEqualTo(2);
        }
        assertThat(data).isEmptyDirectory();
    }
}
