package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.hosted.FakeRequest;
import io.github.camelroboflow.hosted.FakeRoboflow;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;

/** Tests with an application whose endpoints ask a fake cloud. */
public abstract class Asking {

    protected static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");

    protected final FakeRoboflow cloud = FakeRoboflow.start();
    protected final DefaultCamelContext context = new DefaultCamelContext();

    /** The context last, so that it waits for no answer; a test that is about that stops it itself. */
    @AfterEach
    void stop() {
        cloud.close();
        context.stop();
    }

    /** That of an endpoint which asks the cloud, with these options: {@code ""}, or {@code a=1&b=2}, which may name another. */
    protected abstract String uri(String options);

    /** What options begin with that every endpoint has: a key that the cloud takes, the cloud's address, and little patience. */
    protected final String withCloud(String options) {
        return "retryDelay=10&maxRetryDelay=20" + (options.contains("apiKey=") ? "" : "&apiKey=" + FakeRoboflow.KEY)
                + (options.contains("apiUrl=") ? "" : "&apiUrl=" + cloud.address()) + (options.isEmpty() ? "" : "&" + options);
    }

    protected final Exchange send(String options, Object body, Map<String, Object> headers) {
        context.start();
        return context.createProducerTemplate().send(uri(options), exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    protected final Exchange sent(String options, Object body, Map<String, Object> headers) {
        Exchange exchange = send(options, body, headers);
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    /** What the cloud was asked for the photo. */
    protected final FakeRequest request(String options, Map<String, Object> headers) {
        sent(options, PHOTO.toFile(), headers);
        return last();
    }

    /** So many photos side by side, until all are answered. */
    protected final void sendAll(int messages, String options) {
        context.start();
        IntStream.range(0, messages).mapToObj(i -> context.createProducerTemplate().asyncSendBody(uri(options), PHOTO.toFile()))
                .toList().forEach(CompletableFuture::join);
    }

    protected final FakeRequest last() {
        return cloud.requests().get(cloud.requests().size() - 1);
    }
}
