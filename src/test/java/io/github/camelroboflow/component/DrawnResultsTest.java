package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.ModelDescription.Appearance;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options format, labels and stroke. */
class DrawnResultsTest {

    private static final Color OWN_COLOR = new Color(0xC0FF00);
    private static final ModelDescription MODEL = new ModelDescription(new ModelId("parts/1"), Task.OBJECT_DETECTION,
            List.of("bolt"), new ImageSize(64, 64), "", Duration.ZERO,
            new Appearance(List.of(), Map.of("bolt", "#C0FF00"), Map.of()));

    private CamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void start() {
        context = new DefaultCamelContext();
        context.getRegistry().bind("plain", new OneBolt(""));
        context.getRegistry().bind("drawing", new OneBolt(Base64.getEncoder().encodeToString("drawn elsewhere".getBytes())));
        context.getRegistry().bind("garbled", new OneBolt("!"));
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() throws Exception {
        template.close();
        context.stop();
    }

    /** Finds a bolt in every image, and a visualization where the server sent one; decodes nothing. */
    private record OneBolt(String visualization) implements InferenceEngine {

        @Override
        public OpenModel open(ModelId model) {
            return new OpenModel() {

                @Override
                public ModelDescription description() {
                    return MODEL;
                }

                @Override
                public void close() {
                    // holds no resources
                }
            };
        }

        @Override
        public CompletionStage<List<Inference>> infer(ModelId model, List<ImageSource> images, InferenceOptions options) {
            InferenceInfo info = new InferenceInfo("id", 0.5, new ImageSize(160, 120), false, visualization, null,
                    Appearance.UNKNOWN);
            Inference found = new Detections(info, List.of(Detection.of(new Box(40, 40, 104, 88), 0.87, "bolt", 0, "")));
            return CompletableFuture.completedFuture(images.stream().map(image -> found).toList());
        }

        @Override
        public void close() {
            // holds no resources
        }
    }

    private static byte[] image() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(160, 120, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
    }

    private Exchange send(String options, Object body, Map<String, Object> headers) {
        return template.request("roboflow:parts/1?engine=#" + options, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(headers);
        });
    }

    private Exchange send(String options) throws IOException {
        return send(options, image(), Map.of());
    }

    private static BufferedImage picture(Object jpeg) throws IOException {
        assertThat(jpeg).isInstanceOf(byte[].class);
        assertThat((byte[]) jpeg).startsWith(0xFF, 0xD8, 0xFF);
        return ImageIO.read(new ByteArrayInputStream((byte[]) jpeg));
    }

    /** Returns the width of the box's left edge in pixels. The edge has the model's own colour. */
    private static long lineWidth(BufferedImage picture) {
        return IntStream.range(20, 60).filter(x -> new Color(picture.getRGB(x, 70)).getGreen() > 128).count();
    }

    @Test
    void theImageWithTheResultOnIt() throws IOException {
        Exchange exchange = send("plain&format=image&stroke=8");
        BufferedImage picture = picture(exchange.getMessage().getBody());

        assertThat(picture.getWidth()).isEqualTo(160);
        assertThat(picture.getHeight()).isEqualTo(120);
        Color edge = new Color(picture.getRGB(40, 70));
        assertThat(Math.abs(edge.getRed() - OWN_COLOR.getRed())).isLessThan(16);
        assertThat(Math.abs(edge.getGreen() - OWN_COLOR.getGreen())).isLessThan(16);
        assertThat(lineWidth(picture)).isBetween(7L, 9L);
        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("image/jpeg");
        assertThat(exchange.getMessage().getHeader(RoboflowConstants.TOP_CLASS)).isEqualTo("bolt");
        assertThat(exchange.getProperty(ContractNames.INFERENCE, Inference.class).count("bolt")).isEqualTo(1);
        assertThat(exchange.getProperty(ContractNames.INFERENCE, Inference.class).toJson().has("visualization")).isFalse();
    }

    @Test
    void theResultWithTheImageInIt() throws IOException {
        Exchange exchange = send("plain&format=image_and_json");
        Inference result = exchange.getMessage().getBody(Inference.class);

        assertThat(result.toJson().fieldNames().next()).isEqualTo("visualization");
        assertThat(picture(Base64.getDecoder().decode(result.info().visualization())).getWidth()).isEqualTo(160);
        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
        assertThat(exchange.getProperty(ContractNames.INFERENCE)).isSameAs(result);
    }

    @Test
    void byDefaultNothingIsDrawn() {
        Exchange exchange = send("plain", "no image".getBytes(), Map.of());

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody(Inference.class).info().visualization()).isEmpty();
        assertThat(exchange.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
    }

    @Test
    void labels() throws IOException {
        int above = new Color(picture(send("plain&format=image").getMessage().getBody()).getRGB(42, 36)).getGreen();
        int label = new Color(picture(send("plain&format=image&labels=true").getMessage().getBody()).getRGB(42, 36)).getGreen();

        assertThat(above).isLessThan(64);
        assertThat(label).isGreaterThan(192);
    }

    @Test
    void headersOverrideTheOptionsAndAreRemoved() throws IOException {
        Exchange exchange = send("plain&format=json&stroke=1", image(), Map.of(RoboflowConstants.OPTION_FORMAT, "IMAGE",
                RoboflowConstants.OPTION_LABELS, "true", RoboflowConstants.OPTION_STROKE, "12"));
        BufferedImage picture = picture(exchange.getMessage().getBody());

        assertThat(lineWidth(picture)).isBetween(11L, 13L);
        assertThat(new Color(picture.getRGB(42, 26)).getGreen()).as("label").isGreaterThan(192);
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKeys(RoboflowConstants.OPTION_FORMAT,
                RoboflowConstants.OPTION_LABELS, RoboflowConstants.OPTION_STROKE);
    }

    @ParameterizedTest
    @CsvSource({"CamelRoboflowOptionFormat, png, image_and_json", "CamelRoboflowOptionStroke, thick, Integer",
        "CamelRoboflowOptionStroke, -1, stroke=-1"})
    void aWrongHeaderIsNamed(String header, String value, String hint) throws IOException {
        assertThat(send("plain", image(), Map.of(header, value)).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"format=png", "stroke=thick", "labels=maybe"})
    void aWrongOptionIsNamed(String option) {
        assertThatThrownBy(() -> context.getEndpoint("roboflow:parts/1?" + option)).hasStackTraceContaining("(" + option + ")");
    }

    @Test
    void linesOfANegativeWidthAreRefused() {
        assertThatThrownBy(() -> context.getEndpoint("roboflow:parts/1?stroke=-1")).rootCause()
                .hasMessageStartingWith("stroke=-1 ");
    }

    @Test
    void optionsOfTheComponentAreDefaults() throws IOException {
        context.getComponent("roboflow", RoboflowComponent.class).getConfiguration().setStroke(8);

        assertThat(lineWidth(picture(send("plain&format=image").getMessage().getBody()))).isBetween(7L, 9L);
    }

    @Test
    void eachImageOfABatchIsDrawnOn() throws IOException {
        List<?> results = send("plain&format=image", List.of(image(), image()), Map.of()).getMessage().getBody(List.class);

        assertThat(results).hasSize(2);
        assertThat(picture(results.get(1)).getWidth()).isEqualTo(160);
    }

    @Test
    void oneImageOfABatchThatCanNotBeDrawnOn() throws IOException {
        List<byte[]> batch = List.of(image(), "no image".getBytes());
        List<?> results = send("plain&format=image_and_json&failFast=false", batch, Map.of()).getMessage().getBody(List.class);

        assertThat(results.get(0)).isInstanceOf(Inference.class);
        assertThat(results.get(1)).isInstanceOf(InferenceFailure.class);
        assertThat(send("plain&format=image", batch, Map.of()).getException()).isInstanceOf(InvalidImageException.class);
    }

    @Test
    void anImageThatCanNotBeDrawnOnLeavesNoHeaders() {
        Exchange exchange = send("plain&format=image", "no image".getBytes(), Map.of());

        assertThat(exchange.getException()).isInstanceOf(InvalidImageException.class);
        assertThat(exchange.getMessage().getHeaders()).doesNotContainKeys(RoboflowConstants.TOP_CLASS, Exchange.CONTENT_TYPE);
    }

    @Test
    void aVisualizationFromTheServerIsUsedUnchanged() throws IOException {
        assertThat(send("drawing&format=image").getMessage().getBody(byte[].class)).asString().isEqualTo("drawn elsewhere");
        assertThat(send("drawing&format=image_and_json").getMessage().getBody(Inference.class).info().visualization())
                .isEqualTo(Base64.getEncoder().encodeToString("drawn elsewhere".getBytes()));
    }

    @Test
    void aGarbledVisualizationFromTheServerFailsTheMessage() throws IOException {
        assertThat(send("garbled&format=image").getException()).hasMessageContaining("base64");
    }

    @Test
    void optionsOfVisualizationsArePartOfTheResultKeyIfThereIsOne() throws IOException {
        assertThat(key("plain&format=image&stroke=2")).isEqualTo(key("plain&format=image&stroke=2"))
                .isNotEqualTo(key("plain&format=image&stroke=3")).isNotEqualTo(key("plain"));
        assertThat(key("plain&stroke=2&labels=true")).isEqualTo(key("plain"));
    }

    private String key(String options) throws IOException {
        return send(options).getMessage().getHeader(RoboflowConstants.RESULT_KEY, String.class);
    }
}
