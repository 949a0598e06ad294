package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import jakarta.jms.Connection;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.component.jms.JmsComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages go directly to the destination, and to the outbox while that is down. */
class DeliverIT {

    @TempDir
    Path data;

    private static BrokerService broker(String address) throws Exception {
        BrokerService broker = new BrokerService();
        broker.setBrokerName("test" + address.replaceAll("\\D", ""));
        broker.setPersistent(false);
        broker.setUseJmx(false);
        broker.setUseShutdownHook(false);
        broker.addConnector(address);
        broker.start();
        return broker;
    }

    private static List<TextMessage> receive(String address, int count) throws Exception {
        try (Connection connection = new ActiveMQConnectionFactory(address).createConnection();
             Session session = connection.createSession();
             MessageConsumer consumer = session.createConsumer(session.createQueue("alerts"))) {
            connection.start();
            List<TextMessage> messages = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                messages.add((TextMessage) consumer.receive(60_000));
            }
            return messages;
        }
    }

    @Test
    void whileABrokerIsDownMessagesWaitAndAreSentInFullWhenItIsBack() throws Exception {
        String address = "tcp://127.0.0.1:" + FreePorts.free();
        try (OutboxProgram program = new OutboxProgram(data)) {
            program.context().addComponent("jms", JmsComponent.jmsComponent(new ActiveMQConnectionFactory(address)));
            program.start();
            IntStream.range(0, 5).forEach(i -> program.context().createProducerTemplate().sendBodyAndHeaders("direct:deliver",
                    "Gewinde é", Map.of("to", "jms:queue:alerts", "CamelRoboflowDeliveryId", "id-" + i, "image", "a.jpg",
                            "count", 3)));
            assertThat(program.waiting()).isEqualTo(5);
            await().until(() -> program.health().contains("jms:queue:alerts is down"));

            BrokerService broker = broker(address);
            try {
                await().until(() -> program.waiting() == 0);
                program.deliver("jms:queue:alerts", "direct", "{}");
                List<TextMessage> messages = receive(address, 6);
                assertThat(messages.get(0).getText()).isEqualTo("Gewinde é");
                assertThat(messages.get(0).getStringProperty("image")).isEqualTo("a.jpg");
                assertThat(messages.get(0).getIntProperty("count")).isEqualTo(3);
            } finally {
                broker.stop();
            }
        }
    }

    @Test
    void whileTheDestinationIsUpNothingGoesByTheTable() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            program.deliver(receiver.url("/"), "one", "{}");

            assertThat(receiver.ids()).containsExactly("one");
            assertThat(program.jdbc().queryForObject("select count(*) from delivery_destination", Long.class)).isZero();
        }
    }

    @Test
    void onlyTheFirstMessageWaitsForADestinationThatIsDown() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.retryAfter(Duration.ofMinutes(1), Duration.ofMinutes(1)).start();
            receiver.answer(Receiver.Answer.status(503));

            IntStream.range(0, 20).forEach(i -> program.deliver(receiver.url("/"), "id-" + i, "{}"));

            assertThat(program.waiting()).isEqualTo(20);
            assertThat(receiver.requests()).hasSizeLessThan(20);
        }
    }

    /** It counted as down until another message went by the outbox, which may be never. */
    @Test
    void aDestinationThatTakesMessagesDirectlyIsNotToldToBeDown() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data)) {
            program.keepFor(Duration.ofMillis(500)).start();
            receiver.answer(Receiver.Answer.status(503));
            program.deliver(receiver.url("/"), "one", "{}");
            await().until(() -> !program.outbox().isBusy(receiver.url("/")));
            assertThat(program.waiting()).isZero();

            receiver.answer(Receiver.Answer.status(200));
            program.deliver(receiver.url("/"), "two", "{}");

            assertThat(receiver.ids()).endsWith("two");
            await().untilAsserted(() -> assertThat(program.health()).isEmpty());
        }
    }

    @Test
    void whatIsTheMessagesOwnFaultIsToldToTheRoute() {
        try (Receiver receiver = new Receiver(); OutboxProgram program = new OutboxProgram(data).start()) {
            receiver.answer(Receiver.Answer.status(422));

            assertThatThrownBy(() -> program.deliver(receiver.url("/"), "one", "{}")).isInstanceOf(CamelExecutionException.class)
                    .hasStackTraceContaining("422");
            assertThat(program.waiting()).isZero();
        }
    }

    @Test
    void aRouteThatDoesNotSayWhereToIsToldWhatIsMissing() {
        try (OutboxProgram program = new OutboxProgram(data).start()) {
            assertThatThrownBy(() -> program.context().createProducerTemplate().sendBody("direct:deliver", "{}"))
                    .hasStackTraceContaining("set the exchange property CamelRoboflowDestination");
            assertThatThrownBy(() -> program.context().createProducerTemplate()
                    .sendBodyAndHeader("direct:enqueue", "{}", "to", "log:x"))
                    .hasStackTraceContaining("could not recognize a repeat");
        }
    }
}
