package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.SemanticSegmentation;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Images and masks are read and written in memory. ImageIO by default makes a temporary file for each; without space for one,
 * images were sent in their full size. This test runs alone, since the directory of temporary files is a setting of the whole JVM.
 */
@Isolated
class TemporaryFilesTest {

    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void makeTemporaryFilesFail(@TempDir Path folder) throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        ImageIO.setCacheDirectory(gone.toFile());
        Files.delete(gone);
    }

    @AfterEach
    void stop() {
        ImageIO.setCacheDirectory(null);
        context.stop();
        cloud.close();
    }

    private Exchange send(String options, Object body) {
        context.start();
        Exchange exchange = context.createProducerTemplate().send("roboflow:my-project/3?apiKey=" + FakeRoboflow.KEY + "&apiUrl="
                + cloud.address() + options, message -> message.getMessage().setBody(body));
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    @Test
    void anImageIsMadeSmaller() {
        File photo = PHOTO.toFile();
        send("&maxImageSize=100", photo);

        assertThat(cloud.requests().get(0).image().length).isLessThan((int) photo.length());
    }

    @Test
    void aPictureIsSent() {
        send("", new BufferedImage(9, 8, BufferedImage.TYPE_INT_RGB));

        assertThat(cloud.requests().get(0).image()).startsWith(0x89, 'P', 'N', 'G');
    }

    @Test
    void masksAreReadAndWritten() throws IOException {
        cloud.answer("my-project/3",
                Files.readString(Path.of("src/test/resources/golden/expected/belt-semseg__t00__default.json")));

        SemanticSegmentation result = send("", PHOTO.toFile()).getMessage().getBody(SemanticSegmentation.class);
        ObjectNode written = InferenceJson.write(new SemanticSegmentation(result.info(), result.classMap(), result.mask(), null));

        assertThat(((SemanticSegmentation) InferenceJson.read(written)).mask().values()).isEqualTo(result.mask().values());
    }
}
