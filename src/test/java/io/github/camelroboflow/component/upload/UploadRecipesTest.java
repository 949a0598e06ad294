package io.github.camelroboflow.component.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.RoboflowComponent;
import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples in the README and on the page of {@code roboflow-upload} work as described. */
class UploadRecipesTest {

    private static final Path PHOTO = Path.of("config/samples/bolts-and-nuts.jpg");
    private static final String FOUND = "{\"image\":{\"width\":9,\"height\":8},\"predictions\":["
            + "{\"x\":1,\"y\":2,\"width\":3,\"height\":4,\"class\":\"gear\",\"confidence\":%s}]}";

    @TempDir
    Path folder;

    private final FakeRoboflow cloud = FakeRoboflow.start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void toTheFake() {
        Properties properties = new Properties();
        properties.setProperty("model", FakeRoboflow.MODEL);
        properties.setProperty("my.key", FakeRoboflow.KEY);
        context.getPropertiesComponent().setInitialProperties(properties);
        RoboflowComponent models = context.getComponent("roboflow", RoboflowComponent.class);
        models.getConfiguration().setApiUrl(cloud.address());
        models.getConfiguration().setApiKey(FakeRoboflow.KEY);
        context.getComponent("roboflow-upload", UploadComponent.class).getConfiguration().setApiUrl(cloud.address());
    }

    @AfterEach
    void stop() {
        cloud.close();
        context.stop();
    }

    /** Returns the last block of YAML in a file that contains uploads. */
    private static String yaml(Path file, String start, String end) throws IOException {
        return Pattern.compile(start + "\n(.*?)" + end + "\n", Pattern.DOTALL).matcher(Files.readString(file)).results()
                .map(block -> block.group(1)).filter(block -> block.contains("roboflow-upload:")).reduce((first, last) -> last)
                .orElseThrow();
    }

    private void start(String routes) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("recipe.yaml", routes));
        context.start();
    }

    @ParameterizedTest
    @CsvSource({"0.5,true", "0.7,false"})
    void imagesThatTheModelIsUnsureAboutGoBackForLabelling(String confidence, boolean unsure) throws Exception {
        cloud.answer(FakeRoboflow.MODEL, FOUND.formatted(confidence));
        start("- from:\n    uri: direct:images\n    steps:\n" + yaml(Path.of("README.md"), "```yaml", "```").indent(6));

        Exchange exchange = context.createProducerTemplate()
                .send("direct:images", message -> message.getMessage().setBody(PHOTO.toFile()));

        assertThat(exchange.getException()).isNull();
        assertThat(cloud.requests()).extracting(FakeRequest::path).hasSize(unsure ? 3 : 1).startsWith("/" + FakeRoboflow.MODEL);
        if (unsure) {
            FakeRequest upload = cloud.requests().get(1);
            FakeRequest labels = cloud.requests().get(2);
            assertThat(upload.path()).isEqualTo("/dataset/my-project/upload");
            assertThat(upload.query()).containsEntry("batch", "unsure").containsEntry("name", "bolts-and-nuts.jpg");
            assertThat(upload.image()).isEqualTo(Files.readAllBytes(PHOTO));
            assertThat(labels.path()).isEqualTo("/dataset/my-project/annotate/image-1");
            assertThat(labels.query()).containsEntry("prediction", "true");
            assertThat(labels.text()).isEqualTo(FOUND.formatted(confidence));
        }
    }

    @Test
    void imagesGoWithTheLabelsThatLieBesideThem() throws Exception {
        Files.copy(PHOTO, folder.resolve("a.jpg"));
        Files.writeString(folder.resolve("a.xml"), "<annotation/>");
        start(yaml(Path.of("src/main/docs/roboflow-upload-component.adoc"), "\\[source,yaml]\n----", "----")
                .replace("file:labelled", "file:" + folder));

        await().until(() -> cloud.requests().size() == 2);
        assertThat(cloud.requests().get(0).query()).containsEntry("name", "a.jpg").containsEntry("split", "train");
        assertThat(cloud.requests().get(0).image()).isEqualTo(Files.readAllBytes(PHOTO));
        assertThat(cloud.requests().get(1).query()).containsEntry("name", "a.xml").doesNotContainKey("prediction");
        assertThat(cloud.requests().get(1).text()).isEqualTo("<annotation/>");
    }
}
