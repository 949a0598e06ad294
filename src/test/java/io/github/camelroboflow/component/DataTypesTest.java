package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.InferenceJson;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.DataType;
import org.apache.camel.spi.EndpointServiceLocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The data types of results, which Camel finds on the class path, and the services that its tools show. */
class DataTypesTest {

    private static final File GEARS = new File("config/samples/gears.jpg");
    private static final String RESULT = "{\"image\":{\"width\":9,\"height\":9},\"predictions\":[{\"x\":40,\"y\":40,"
            + "\"width\":20,\"height\":20,\"class\":\"gear\",\"confidence\":0.9}]}";

    private final FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
        @Override
        public void configure() {
            from("direct:json").to(FakeEngineContext.ENDPOINT).transformDataType(new DataType("application-x-roboflow-json"));
            from("direct:jpeg").setVariable("image", body()).to(FakeEngineContext.ENDPOINT)
                    .transformDataType(new DataType("image-jpeg"));
            from("direct:none").to(FakeEngineContext.ENDPOINT).transformDataType(new DataType("image-jpeg"));
            from("direct:no-result").transformDataType(new DataType("application-x-roboflow-json"));
        }
    });

    @AfterEach
    void stop() {
        camel.close();
    }

    private Exchange send(String uri) {
        camel.engine.answers(InferenceJson.read(RESULT));
        Exchange exchange = camel.send(uri, GEARS, Map.of());
        if (exchange.getException() != null) {
            throw new CamelExecutionException("failed", exchange, exchange.getException());
        }
        return exchange;
    }

    @Test
    void aResultBecomesRoboflowsJson() {
        Exchange exchange = send("direct:json");

        assertThat(exchange.getMessage().getBody()).isInstanceOf(byte[].class);
        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(RESULT);
        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
    }

    @Test
    void aResultIsDrawnOnItsImage() throws Exception {
        Exchange exchange = send("direct:jpeg");
        BufferedImage before = ImageIO.read(GEARS);
        BufferedImage after = ImageIO.read(new ByteArrayInputStream(exchange.getMessage().getBody(byte[].class)));

        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("image/jpeg");
        assertThat(after.getWidth()).isEqualTo(before.getWidth());
        assertThat(after.getRGB(40, 30)).isNotEqualTo(before.getRGB(40, 30));
    }

    @Test
    void withoutAnImageOrAResultItSaysWhatToDo() {
        assertThatThrownBy(() -> send("direct:none")).hasStackTraceContaining("keep it in the variable 'image'");
        assertThatThrownBy(() -> send("direct:no-result")).hasStackTraceContaining("put a step 'to: roboflow' before this one");
    }

    @Test
    void toolsSeeTheServerOfAnEndpointButNoKey() {
        EndpointServiceLocation hosted = service("roboflow:parts/1?apiKey=s3cret&apiUrl=http://localhost:9001");

        assertThat(hosted.getServiceUrl()).isEqualTo("http://localhost:9001");
        assertThat(hosted.getServiceProtocol()).isEqualTo("http");
        assertThat(hosted.getServiceMetadata()).isEqualTo(Map.of("model", "parts/1"));
        assertThat(service("roboflow:parts/1?runtime=embedded").getServiceUrl()).isNull();
        assertThat(service("roboflow-workflow:w/x?apiKey=s3cret").getServiceUrl()).isEqualTo("https://serverless.roboflow.com");
        assertThat(service("roboflow-upload:parts?apiKey=s3cret").getServiceUrl()).isEqualTo("https://api.roboflow.com");
        assertThat(service("roboflow-server:localhost:0?keys=s3cret").getServiceUrl()).isNull();
        assertThat(camel.context.getEndpoints()).filteredOn(EndpointServiceLocation.class::isInstance)
                .allSatisfy(endpoint -> assertThat(endpoint.getEndpointUri()).doesNotContain("s3cret"));
    }

    private EndpointServiceLocation service(String uri) {
        Endpoint endpoint = camel.context.getEndpoint(uri);
        return (EndpointServiceLocation) endpoint;
    }

    @Test
    void theRegistryOfServicesListsThem() {
        service("roboflow:parts/1?apiUrl=http://localhost:9001");
        assertThat(camel.context.getCamelContextExtension().getEndpointServiceRegistry().listAllEndpointServices())
                .anySatisfy(found -> {
                    assertThat(found.getComponent()).isEqualTo("roboflow");
                    assertThat(found.getServiceUrl()).isEqualTo("http://localhost:9001");
                });
    }
}
