package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DedupeTest {

    @TempDir
    Path data;

    private CamelContext start(String by) throws Exception {
        CamelContext context = new DefaultCamelContext();
        DeliveryDatabase database = new DeliveryDatabase();
        database.setUrl("jdbc:h2:file:" + data.resolve("delivery") + ";WRITE_DELAY=0");
        database.setCamelContext(context);
        Dedupe dedupe = new Dedupe();
        dedupe.setDatabase(database);
        dedupe.setBy(by);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:deliver").idempotentConsumer(header("key"), dedupe).eager(false)
                        .to("mock:delivered").filter(body().isEqualTo("broken"))
                        .throwException(IllegalStateException.class, "broken");
            }
        });
        context.start();
        return context;
    }

    private static void send(CamelContext context, String key, String body) {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            template.sendBodyAndHeader("direct:deliver", body, "key", key);
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

    @Test
    void withNoneEverythingPassesAndNoDatabaseIsMade() throws Exception {
        try (CamelContext context = start("none")) {
            send(context, "a", "");
            send(context, "a", "");
            assertThat(delivered(context)).isEqualTo(2);
        }
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void anotherWordIsRefused() {
        assertThatThrownBy(() -> start("name")).hasMessage("dedupe=name: it is none or content");
    }
}
