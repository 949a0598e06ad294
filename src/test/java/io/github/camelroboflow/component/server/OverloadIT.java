package io.github.camelroboflow.component.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.server.fixture.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.camel.Exchange;
import org.apache.camel.model.language.HeaderExpression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** More clients than the model can answer within requestTimeout. Runs alone, since it needs to know the load of the JVM. */
@Isolated
class OverloadIT {

    private static final int CLIENTS = 24 * Runtime.getRuntime().availableProcessors();
    private static final int REQUESTS = 4;
    private static final String[] HEADERS = {"Content-Type: application/x-www-form-urlencoded"};

    private final Queue<Throwable> failures = new LinkedBlockingQueue<>();

    /** Starts the shipped server with a model that takes a while for each image, because it sees it in tiles. */
    private ServerFixture serve(Duration requestTimeout) {
        return new ServerFixture("?maxRequests=" + CLIENTS, defaults -> {
            defaults.setTile("320");
            defaults.setRequestTimeout(requestTimeout.toMillis());
        }, route -> route.setHeader("CamelRoboflowModel", new HeaderExpression("CamelRoboflowRequestedModel"))
                .doTry().to("roboflow:*?allowedModels=*,*/*").doCatch(Exception.class).process(exchange -> {
                    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
                    failures.add(failure);
                    throw failure;
                }).end());
    }

    private static List<Wire.Response> ask(ServerFixture served, int requests) throws Exception {
        byte[] image = ServerFixture.image();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<List<Wire.Response>>> asked = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                asked.add(clients.submit(() -> {
                    List<Wire.Response> responses = new ArrayList<>();
                    for (int request = 0; request < requests; request++) {
                        responses.add(Wire.ask(served.port(), "POST", ServerFixture.MODEL, HEADERS, image));
                    }
                    return responses;
                }));
            }
            List<Wire.Response> all = new ArrayList<>();
            for (Future<List<Wire.Response>> responses : asked) {
                all.addAll(responses.get());
            }
            return all;
        } finally {
            clients.shutdown();
        }
    }

    @Test
    void everyRequestHasItsAnswerInTimeOrIsRefused() throws Exception {
        try (ServerFixture served = serve(Duration.ofSeconds(2))) {
            assertThat(served.post(ServerFixture.MODEL).status()).isEqualTo(200);

            List<Wire.Response> responses = ask(served, REQUESTS);

            assertThat(responses).hasSize(CLIENTS * REQUESTS).extracting(Wire.Response::status).contains(200, 503)
                    .containsOnly(200, 503);
            assertThat(responses).filteredOn(response -> response.status() == 503)
                    .allSatisfy(refused -> assertThat(refused.headers().get("retry-after")).matches("[1-9]\\d*"));
            assertThat(failures).allMatch(RoboflowUnavailableException.class::isInstance)
                    .anyMatch(failure -> failure.getMessage().contains("was refused at"));
            assertThat(served.post(ServerFixture.MODEL).status()).as("after the load").isEqualTo(200);
        }
    }

    @Test
    void nothingIsRefusedIfThereIsTimeForAll() throws Exception {
        try (ServerFixture served = serve(Duration.ofMinutes(30))) {
            assertThat(ask(served, 1)).extracting(Wire.Response::status).containsOnly(200);
        }
    }
}
