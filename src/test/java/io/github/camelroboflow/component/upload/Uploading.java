package io.github.camelroboflow.component.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.hosted.FakeRequest;
import io.github.camelroboflow.hosted.FakeRoboflow;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;

/** A route to {@code roboflow-upload} and a platform that it leads to. */
abstract class Uploading {

    static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");

    final FakeRoboflow cloud = FakeRoboflow.start();
    final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        // first, so that nothing is waited for
        cloud.close();
        context.stop();
    }

    String uri(String options) {
        return "roboflow-upload:my-project?retryDelay=10&maxRetryDelay=20"
                + (options.contains("apiKey=") ? "" : "&apiKey=" + FakeRoboflow.KEY)
                + (options.contains("apiUrl=") ? "" : "&apiUrl=" + cloud.address()) + (options.isEmpty() ? "" : "&" + options);
    }

    Exchange send(String options, Object body, Map<String, Object> headers) {
        context.start();
        return context.createProducerTemplate().send(uri(options), exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    Exchange sent(String options, Object body, Map<String, Object> headers) {
        Exchange exchange = send(options, body, headers);
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    FakeRequest request(String options, Map<String, Object> headers) {
        sent(options, PHOTO.toFile(), headers);
        return last();
    }

    FakeRequest last() {
        return cloud.requests().get(cloud.requests().size() - 1);
    }
}
