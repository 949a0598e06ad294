package com.example.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.BucketServer;
import io.github.camelroboflow.app.fixture.Cloud;
import io.github.camelroboflow.app.fixture.Gate;
import io.github.camelroboflow.app.fixture.S3Server;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The delivery promise of {@code roboflow-bucket-source} and {@code roboflow-container-source} in an application without our
 * program, while things fail.
 */
@ParameterizedClass
@EnumSource(Cloud.class)
@ExtendWith(AwsCredentials.class)
class PlainBucketSourceIT {

    private static final int IMAGES = 12;

    private static final String ACCOUNT = "azure.connectionString";

    @Parameter
    Cloud cloud;
    @TempDir
    Path data;

    @RegisterExtension
    private final LogLines log = new LogLines();
    private final Gate gate = new Gate();
    /** The images that came through the gate, each as often as it did. */
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private BucketServer server;

    @BeforeEach
    void putImages() throws IOException {
        server = cloud.server(data).start();
        server.createBucket("images");
        byte[] gears = Files.readAllBytes(PlainApplication.GEARS.toPath());
        names().forEach(name -> server.put("images", "inbox/" + name, gears));
    }

    @AfterEach
    void stop() {
        gate.open();
        server.close();
    }

    private static List<String> names() {
        return IntStream.range(10, 10 + IMAGES).mapToObj(i -> i + ".jpg").toList();
    }

    /** @param source the Kamelet with the options that other clouds do not have */
    private static CamelContext application(Path data, String source, RouteBuilder steps) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("results", data.resolve("results").toString());
        CamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getShutdownStrategy().setTimeout(1);
        context.addRoutes(steps);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(source + "&delay=100&retryAfter=200ms&maxRetryAfter=1s&work=" + data.resolve("work"))
                        .errorHandler(noErrorHandler()).setVariable("image", body()).to("direct:step")
                        .to("kamelet:roboflow-action?model=parts-detect/1&runtime=embedded&modelsDirectory=config/models")
                        .to("kamelet:folder?name=gears");
            }
        });
        return context;
    }

    private String source() {
        return cloud == Cloud.S3 ? "kamelet:roboflow-bucket-source?bucket=images&endpoint=" + server.address()
                : "kamelet:roboflow-container-source?container=images";
    }

    /** Returns the connection string of Azure; an empty one for other clouds. */
    private static String account(BucketServer server) {
        return server.properties(Path.of(""), "images").getOrDefault(ACCOUNT, "");
    }

    private CamelContext application() throws Exception {
        CamelContext context = application(data, source(), new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:step").errorHandler(noErrorHandler()).process(exchange -> {
                    seen.add(exchange.getProperty("CamelRoboflowImageName", String.class));
                    gate.pass();
                });
            }
        });
        context.getPropertiesComponent().addInitialProperty(ACCOUNT, account(server));
        return context;
    }

    private List<String> results() throws IOException {
        Path folder = data.resolve("results/gears");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".json")).sorted().toList();
        }
    }

    private List<String> keys() {
        return server.keys("images");
    }

    /** Each image is in {@code done} once with its result, and nothing of it is anywhere else: no copy, no temporary file. */
    private void awaitAllDone() throws Exception {
        List<String> done = names().stream().map(name -> "done/" + name).toList();
        await().ignoreExceptions().until(() -> keys().equals(done));
        await().until(() -> files(data.resolve("work")).isEmpty());

        assertThat(results()).containsExactlyElementsOf(names().stream().map(name -> name + ".json").toList());
        for (String name : names()) {
            PlainApplication.assertGear(Files.readString(data.resolve("results/gears").resolve(name + ".json")));
        }
        assertThat(files(data.resolve("results"))).hasSize(IMAGES);
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).filter(file -> !file.toString().endsWith(".lock")).toList();
        }
    }

    @Test
    void imagesOutliveAnOutageOfTheBucketAndNoneIsProcessedAgain() throws Exception {
        try (CamelContext context = application()) {
            context.start();
            await().until(() -> gate.waiting() == 1);
            server.stop();
            gate.open();
            await().until(() -> results().size() == 1);

            server.start();

            awaitAllDone();
            assertThat(seen).containsExactlyInAnyOrderElementsOf(names());
        }
    }

    @Test
    void anImageWhoseApplicationStopsBeforeItIsThroughIsProcessedByTheNext() throws Exception {
        try (CamelContext context = application()) {
            context.start();
            await().until(() -> gate.waiting() == 1);
        }
        assertThat(keys()).hasSize(IMAGES).allMatch(key -> key.startsWith("inbox/"));
        gate.open();

        try (CamelContext next = application()) {
            next.start();

            awaitAllDone();
            assertThat(seen).hasSize(IMAGES + 1).containsAll(names());
        }
    }

    @Test
    void aWrongImageFailsAndItsReasonLiesBeside() throws Exception {
        gate.open();
        server.put("images", "inbox/line 1/broken.jpg", new byte[] {1});
        try (CamelContext context = application()) {
            context.start();

            await().until(() -> keys().stream().noneMatch(key -> key.startsWith("inbox/")));
            assertThat(keys()).hasSize(IMAGES + 2).contains("failed/line 1/broken.jpg", "failed/line 1/broken.jpg.error.json");
        }
    }

    @Test
    void aRefusedKeyIsToldWithoutItsSecretAndImagesStay() throws Exception {
        try (BucketServer other = cloud.withAnotherKey(Files.createDirectory(data.resolve("other")))) {
            server.close();
            server = other.start();
            server.createBucket("images");
            server.put("images", "inbox/a.jpg", new byte[] {1});
            try (CamelContext context = application()) {
                context.start();
                await().until(() -> !log.with("check the ").isEmpty());

                String secret = cloud == Cloud.S3 ? S3Server.SECRET : account(server).replaceFirst(".*AccountKey=([^;]*).*", "$1");
                assertThat(log.with("check the ")).anySatisfy(line -> assertThat(line).contains("403", server.address()));
                assertThat(log.with(secret)).isEmpty();
                assertThat(context.getEndpoints()).noneMatch(endpoint -> endpoint.getEndpointUri().contains(secret));
                assertThat(keys()).containsExactly("inbox/a.jpg");
            }
        }
    }

    @Test
    void imagesOutliveAnApplicationThatIsKilled() throws Exception {
        for (int life = 1; life <= 3; life++) {
            Process process = process();
            int killedAfter = 3 * life;
            await().until(() -> results().size() >= killedAfter || !process.isAlive());
            assertThat(process.isAlive()).isTrue();
            process.destroyForcibly().waitFor();
        }
        assertThat(keys()).anyMatch(key -> key.startsWith("inbox/"));

        Process last = process();
        try {
            awaitAllDone();
        } finally {
            last.destroyForcibly().waitFor();
        }
    }

    private Process process() throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                "-Daws.accessKeyId=" + S3Server.KEY_ID, "-Daws.secretAccessKey=" + S3Server.SECRET,
                "-cp", System.getProperty("java.class.path"), Killed.class.getName(), data.toString(), source()));
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(new File(data.toFile(), "output.txt"));
        process.environment().put("AZURE_STORAGE_CONNECTION_STRING", account(server));
        return process.start();
    }

    /** The application in a process of its own. */
    static final class Killed {

        private Killed() {
        }

        public static void main(String[] args) throws Exception {
            application(Path.of(args[0]), args[1], new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:step").delay(100);
                }
            }).start();
            Thread.currentThread().join();
        }
    }
}
