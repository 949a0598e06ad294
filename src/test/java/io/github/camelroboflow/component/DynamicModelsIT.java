package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.HostedModelTestBase;
import io.github.camelroboflow.hosted.fake.Behaviour;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Routes whose messages choose among a thousand models. Threads and memory stay as they are after the first ones. */
@Isolated
class DynamicModelsIT extends HostedModelTestBase {

    private static final int MODELS = 1000;
    private static final int FIRST = 100;
    private static final byte[] IMAGE = png();

    private final FakeEngine engine = new FakeEngine();

    @BeforeEach
    void addRoutes() throws Exception {
        context.getRegistry().bind("fake", engine);
        cloud.always(Behaviour.json(200, "{\"time\":0.1,\"image\":{\"width\":8,\"height\":8},\"predictions\":[]}"));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic").toD("roboflow:${header.model}?engine=#fake");
                from("direct:dynamic-hosted").toD("roboflow:${header.model}?" + withCloud(""));
                from("direct:header").setHeader(RoboflowConstants.MODEL, header("model"))
                        .to("roboflow:*?engine=#fake&allowedModels=many/*");
                from("direct:header-hosted").setHeader(RoboflowConstants.MODEL, header("model"))
                        .to("roboflow:*?allowedModels=many/*&" + withCloud(""));
            }
        });
        context.start();
    }

    private static byte[] png() {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    private static long threads() {
        return Stream.of(Thread.getAllStackTraces().keySet().toArray(Thread[]::new))
                .filter(thread -> thread.getName().contains("roboflow")).count();
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void send(String route, int from, int to) {
        for (int i = from; i < to; i++) {
            String model = "many/" + i;
            Exchange exchange = context.createProducerTemplate().send(route, message -> {
                message.getMessage().setBody(IMAGE);
                message.getMessage().setHeader("model", model);
            });
            assertThat(exchange.getException()).isNull();
        }
    }

    /** @param bytes the growth of the heap that a model may cause */
    private void staysFlat(String route, int bytes) {
        send(route, 0, FIRST);
        long threads = threads();
        long heap = heap();
        send(route, FIRST, MODELS);

        assertThat(threads()).isLessThanOrEqualTo(threads + 2);
        assertThat((heap() - heap) / (MODELS - FIRST)).isLessThan(bytes);
    }

    @Test
    void modelsOfToD() {
        staysFlat("direct:dynamic", 100_000);
    }

    @Test
    void modelsOfToDOnAServer() {
        staysFlat("direct:dynamic-hosted", 100_000);
    }

    @Test
    void modelsOfTheHeader() {
        staysFlat("direct:header", 2_000);
        assertThat(engine.opened.get() - engine.modelsClosed.get()).isLessThanOrEqualTo(8);
    }

    @Test
    void modelsOfTheHeaderOnAServer() {
        staysFlat("direct:header-hosted", 20_000);
    }

    @Test
    void equalMessagesForOtherModelsAreNotAnsweredFromTheCache() {
        String uri = "roboflow:many/1?cacheTtl=1h&allowedModels=many/*&" + withCloud("");
        for (String model : new String[] {"many/1", "many/2", "many/2", "many/1"}) {
            context.createProducerTemplate().requestBodyAndHeaders(uri, IMAGE, Map.of(RoboflowConstants.MODEL, model));
        }
        assertThat(cloud.requests()).hasSize(2);
    }
}
