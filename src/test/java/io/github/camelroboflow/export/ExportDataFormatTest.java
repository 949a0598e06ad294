package io.github.camelroboflow.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.InputStream;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportDataFormatTest {

    private static final Inference RESULT = RandomResults.of(new ImageSize(100, 50),
            Detection.of(new Box(10, 10, 30, 20), 0.5, "nut", 1, ""));

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    private Exchange marshal(String dataFormat, Object body, String name) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").errorHandler(noErrorHandler()).marshal().custom(dataFormat);
            }
        });
        context.start();
        return context.createProducerTemplate().send("direct:in", ExchangeBuilder.anExchange(context).withBody(body)
                .withHeader(Exchange.FILE_NAME, name).withProperty(ContractNames.MODEL_CLASSES, List.of("bolt", "nut")).build());
    }

    @ParameterizedTest
    @CsvSource({"roboflow-coco, application/json, '\"bbox\":[10.0,10.0,20.0,10.0]'", "roboflow-yolo, text/plain, '1 0.200000'",
        "roboflow-voc, application/xml, '<filename>a.jpg</filename>'", "roboflow-labelme, application/json, '\"a.jpg\"'",
        "roboflow-csv, text/csv, 'line 1/a.jpg,100,50,nut,1,0.5'"})
    void eachFormatIsFoundByItsName(String dataFormat, String type, String expected) throws Exception {
        Exchange done = marshal(dataFormat, RESULT, "line 1/a.jpg");

        assertThat(done.getException()).isNull();
        assertThat(done.getMessage().getBody(String.class)).contains(expected);
        assertThat(done.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo(type);
    }

    @Test
    void theBodyMayBeTheJsonOfAResult() throws Exception {
        Exchange done = marshal("roboflow-yolo", new String(InferenceJson.bytes(RESULT)), "a.jpg");

        assertThat(done.getMessage().getBody(String.class)).isEqualTo("1 0.200000 0.300000 0.200000 0.200000\n");
    }

    @Test
    void anImageWithoutANameIsCalledImage() throws Exception {
        assertThat(marshal("roboflow-coco", RESULT, null).getMessage().getBody(String.class))
                .contains("\"file_name\":\"image\"");
    }

    @Test
    void anythingElseIsRefused() throws Exception {
        assertThat(marshal("roboflow-coco", 7L, "a.jpg").getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("roboflow-coco").hasMessageContaining("result of a model");
    }

    @Test
    void aFormatReadsNothing() {
        assertThatThrownBy(() -> PluginHelper.getDataFormatResolver(context).createDataFormat("roboflow-voc", context)
                .unmarshal(null, InputStream.nullInputStream())).hasMessageContaining("only writes results");
    }
}
