package com.example.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.inference.Inference;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Kamelets of models and sources in somebody else's application, without our program. */
class PlainKameletsTest {

    private static final String MODEL = "kamelet:roboflow-action?model=parts-detect/1&runtime=embedded"
            + "&modelsDirectory=config/models";
    private static final File GEARS = new File("config/samples/gears.jpg");
    private static final File BOLTS = new File("config/samples/bolts.jpg");

    @TempDir
    Path folder;

    private final CamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    private void start(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        context.start();
    }

    private List<?> bodies(String mock) {
        return context.getEndpoint(mock, MockEndpoint.class).getExchanges().stream()
                .map(exchange -> exchange.getMessage().getBody()).toList();
    }

    @Test
    void aModelAConditionAndADrawing() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:images").to(MODEL).to("mock:results")
                        .to("kamelet:roboflow-filter-action?condition=gear").to("kamelet:roboflow-annotate-action")
                        .to("mock:drawn");
            }
        });
        context.createProducerTemplate().sendBody("direct:images", BOLTS);
        context.createProducerTemplate().sendBody("direct:images", GEARS);
        context.createProducerTemplate().sendBody("direct:images", Files.newInputStream(GEARS.toPath()));

        assertThat(bodies("mock:results")).hasSize(3);
        assertThat(bodies("mock:drawn")).hasSize(2).allSatisfy(body -> assertThat(
                ImageIO.read(new ByteArrayInputStream((byte[]) body)).getWidth()).isEqualTo(ImageIO.read(GEARS).getWidth()));
    }

    @Test
    void aFolderOfADiskThatIsAwayAtTheStartIsWaitedFor() throws Exception {
        Path disk = folder.resolve("disk");
        Path inbox = Files.createSymbolicLink(folder.resolve("inbox"), disk.resolve("inbox"));
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:roboflow-folder-source?unchangedFor=0&delay=50&retryAfter=200&maxRetryAfter=200&inbox=" + inbox)
                        .to("mock:images");
            }
        });
        assertThat(disk).doesNotExist();

        Files.copy(GEARS.toPath(), Files.createDirectories(disk.resolve("inbox")).resolve("gears.jpg"));
        await().until(() -> Files.exists(folder.resolve("done/gears.jpg")));
    }

    @Test
    void anImageOfAFolderIsDoneWhenItsRouteIsThroughAndAWrongOneFails() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox/line 1"));
        Files.copy(GEARS.toPath(), inbox.resolve("gears.jpg"));
        Files.writeString(inbox.resolve("broken.jpg"), "no image");
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:roboflow-folder-source?unchangedFor=0&delay=50&inbox=" + folder.resolve("inbox"))
                        .errorHandler(noErrorHandler()).to(MODEL).to("mock:results");
            }
        });

        await().until(() -> Files.exists(folder.resolve("done/line 1/gears.jpg"))
                && Files.exists(folder.resolve("failed/line 1/broken.jpg.error.json")));
        assertThat(bodies("mock:results")).singleElement().satisfies(body -> assertThat(((Inference) body).classes())
                .contains("gear"));
        assertThat(inbox).isEmptyDirectory();
        assertThat(Files.readString(folder.resolve("failed/line 1/broken.jpg.error.json"))).contains("broken.jpg");
    }

    @Test
    void aWrongKeyOfAContainerStopsTheStartAndIsInNoMessage() {
        context.getPropertiesComponent().addInitialProperty("azure.connectionString", "AccountName=lines;AccountKey=%S3CRET");

        assertThatThrownBy(() -> start(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:roboflow-container-source?container=images").to("mock:results");
            }
        })).hasStackTraceContaining("the key of https://lines.blob.core.windows.net is none")
                .satisfies(failure -> assertThat(Throwables.getStackTrace(failure)).doesNotContain("S3CRET"));
    }

    @Test
    void anImageStaysInTheInboxWhileAServiceIsDown() throws Exception {
        Path inbox = Files.createDirectories(folder.resolve("inbox"));
        Files.copy(GEARS.toPath(), inbox.resolve("gears.jpg"));
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("kamelet:roboflow-folder-source?unchangedFor=0&delay=50&retryAfter=1h&inbox=" + inbox)
                        .errorHandler(noErrorHandler()).to("mock:tried")
                        .to("roboflow:parts-detect/1?apiUrl=http://localhost:1&maxRetries=0");
            }
        });

        await().until(() -> bodies("mock:tried").size() == 1 && Files.exists(inbox.resolve("gears.jpg")));
        assertThat(folder.resolve("failed")).isEmptyDirectory();
    }
}
