package io.github.camelroboflow.component;

import static io.github.camelroboflow.condition.Results.detections;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jms.connection.JmsTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The transactions and the order of callers, on both sides of a step with a model. */
class TransactionsIT {

    private static final int MESSAGES = 10;
    private static final String RESOURCE = "connection";

    private final FakeEngineContext camel = new FakeEngineContext();

    @AfterEach
    void stop() {
        camel.close();
    }

    private static JmsComponent jms(Broker broker, boolean isManaged) {
        ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(broker.address());
        connections.getRedeliveryPolicy().setInitialRedeliveryDelay(0);
        connections.getRedeliveryPolicy().setRedeliveryDelay(0);
        JmsComponent jms = JmsComponent.jmsComponent(connections);
        if (isManaged) {
            jms.setTransactionManager(new JmsTransactionManager(connections));
        }
        return jms;
    }

    /** With workers, the message that the consumer rolls back was sent already, and is sent once more. */
    @ParameterizedTest
    @CsvSource({"false, 0, 10", "true, 0, 10", "false, auto, 11"})
    void aMessageThatIsRolledBackIsSentOnce(boolean isManaged, String workers, int sent) throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        List<String> ends = new CopyOnWriteArrayList<>();
        try (Broker broker = Broker.activeMq().start()) {
            camel.context.addComponent("jms", jms(broker, isManaged));
            camel.context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("jms:in?transacted=true").setProperty("name", body())
                            .to(FakeEngineContext.ENDPOINT + "&workers=" + workers).setBody(exchangeProperty("name"))
                            .to("jms:out").process(exchange -> {
                                if (exchange.getMessage().getBody(String.class).equals("5") && !failed.getAndSet(true)) {
                                    throw new IOException("once");
                                }
                                ends.add(exchange.getMessage().getBody(String.class));
                            });
                }
            });
            for (int i = 0; i < MESSAGES; i++) {
                camel.context.createProducerTemplate().sendBody("jms:in", String.valueOf(i).getBytes());
            }
            await().until(() -> ends.size() == MESSAGES);
            camel.context.stop();

            assertThat(failed).isTrue();
            assertThat(broker.count("out")).isEqualTo(sent);
        }
    }

    /** A transaction manager that binds one resource to the thread. */
    private static final class ThreadTransactions extends AbstractPlatformTransactionManager {

        private static final long serialVersionUID = 1;

        private final transient List<String> ends = new ArrayList<>();

        @Override
        protected Object doGetTransaction() {
            return new Object();
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            TransactionSynchronizationManager.bindResource(RESOURCE, "mine");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            ends.add("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            ends.add("rollback");
        }

        @Override
        protected void doCleanupAfterCompletion(Object transaction) {
            TransactionSynchronizationManager.unbindResource(RESOURCE);
        }
    }

    @Test
    void aTransactionTemplateReachesTheStepsAfterTheModel() throws Exception {
        List<Object> seen = new ArrayList<>();
        camel.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to(FakeEngineContext.ENDPOINT).process(exchange -> {
                    seen.add(TransactionSynchronizationManager.getResource(RESOURCE));
                    seen.add(TransactionSynchronizationManager.isActualTransactionActive());
                    if (exchange.getMessage().getHeader("fails") != null) {
                        throw new IOException("after the model");
                    }
                });
            }
        });
        ThreadTransactions transactions = new ThreadTransactions();
        new TransactionTemplate(transactions).executeWithoutResult(status ->
                camel.context.createProducerTemplate().sendBody("direct:in", new byte[] {1}));
        try {
            new TransactionTemplate(transactions).executeWithoutResult(status ->
                    camel.context.createProducerTemplate().sendBodyAndHeader("direct:in", new byte[] {1}, "fails", true));
        } catch (RuntimeCamelException e) {
            assertThat(e).hasRootCauseMessage("after the model");
        }
        assertThat(seen).containsExactly("mine", true, "mine", true);
        assertThat(transactions.ends).containsExactly("commit", "rollback");
    }

    @Test
    void filesKeepTheOrderOfTheirConsumer(@TempDir Path folder) throws Exception {
        List<String> names = IntStream.range(0, 60).mapToObj(i -> String.format("%03d.jpg", i)).toList();
        for (String name : names) {
            Files.write(folder.resolve(name), new byte[] {1});
        }
        List<String> arrived = new CopyOnWriteArrayList<>();
        camel.engine.answers(image -> {
            // some images take longer than the next
            LockSupport.parkNanos(image.name().hashCode() % 7 * 1_000_000L);
            return detections("gear/0.9");
        });
        camel.context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("file:" + folder + "?sortBy=file:name&initialDelay=0").to(FakeEngineContext.ENDPOINT)
                        .process(exchange -> arrived.add(exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class)));
            }
        });
        await().until(() -> arrived.size() == names.size());

        assertThat(arrived).isEqualTo(names);
    }
}
