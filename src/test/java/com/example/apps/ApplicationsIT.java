package com.example.apps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.hosted.fake.FakeRequest;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.fake.HostStyle;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Applications of others, each with its own versions of Camel, Spring Boot and Quarkus and with the jar of this build. They consist
 * of YAML: {@code src/test/apps} has their dependencies, their configuration and the route that all have.
 */
class ApplicationsIT {

    private static final Path APPS = Path.of("src/test/apps").toAbsolutePath();
    private static final Path SAMPLES = Path.of("config/samples");
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    /** The jars of ONNX Runtime and OpenCV, for runtime=embedded. */
    private static final Pattern NATIVES = Pattern.compile(".*/(onnxruntime|opencv|openblas|javacpp)-[^/]*\\.jar");

    @TempDir
    private Path folder;

    /** The port of a server that is not there at first. */
    private final int cloudPort = FreePorts.free();

    @BeforeEach
    void copyImages() throws IOException {
        Files.createDirectory(folder.resolve("images"));
        for (String image : List.of("gears.jpg", "bolts.jpg", "washers.jpg")) {
            Files.copy(SAMPLES.resolve(image), folder.resolve("images").resolve(image));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring-boot-3", "spring-boot-4"})
    void aSpringBootApplicationIsConfiguredByItsYaml(String name) throws Exception {
        try (Application application = springBoot(name)) {
            application.awaitResults();

            await().untilAsserted(() -> assertThat(application.output()).containsPattern(PORT));
            String port = PORT.matcher(application.output()).results().map(MatchResult::group)
                    .map(line -> line.replaceAll("\\D", "")).findFirst().orElseThrow();
            assertThat(ask("http://localhost:" + port + "/actuator/health").body())
                    .contains("\"roboflow.model\":\"parts-detect/1\"");
        }
    }

    @Test
    void prometheusGetsTheMetersOfAnApplication() throws Exception {
        int port = FreePorts.free();
        try (Application application = new Application(folder, List.of("-Dcloud=" + cloud(), "-Dport=" + port, "-cp",
                classPath("camel-prometheus", "prometheus", "cloud"), "org.apache.camel.main.Main"))) {
            application.awaitResults();

            isUpWhenItsServerIs("http://127.0.0.1:" + port + "/observe/health/ready");
            String model = "camelContext=\"camel-1\",model=\"parts-detect/1\",";
            assertThat(ask("http://127.0.0.1:" + port + "/observe/metrics").body())
                    .contains("roboflow_inference_seconds_count{" + model + "outcome=\"success\",runtime=\"embedded\"} 3\n",
                    "roboflow_inference_stage_seconds_count{" + model + "runtime=\"embedded\",stage=\"net\"} 3\n",
                    "roboflow_inference_waiting_images{" + model + "runtime=\"embedded\"} 0.0\n",
                    "roboflow_models_loaded_models{camelContext=\"camel-1\",runtime=\"embedded\"} 1.0\n");
        }
    }

    /** Expects that an application is not ready before the server of its second model is there. */
    private void isUpWhenItsServerIs(String page) throws Exception {
        await().untilAsserted(() -> assertThat(ask(page).body()).contains("127.0.0.1:" + cloudPort + " can't be reached"));
        assertThat(ask(page).statusCode()).isEqualTo(503);

        try (FakeRoboflow server = FakeRoboflow.start(HostStyle.SERVERLESS, cloudPort)) {
            await().until(() -> ask(page).statusCode() == 200);
            assertThat(server.requests()).extracting(FakeRequest::path).containsOnly("/readiness");
        }
    }

    private static HttpResponse<String> ask(String page) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(page)).build(), BodyHandlers.ofString());
    }

    private String cloud() {
        return "http://127.0.0.1:" + cloudPort;
    }

    @ParameterizedTest
    @ValueSource(strings = {"spring-boot-3", "spring-boot-4"})
    void aSpringBootApplicationWithPropertiesThatAreNoOptionsDoesNotStart(String name) throws Exception {
        Files.writeString(folder.resolve("application.yaml"), """
                camel:
                  component:
                    roboflow:
                      confidance: 0.5
                    roboflow-server:
                      no-such-option: true
                  language:
                    roboflow:
                      trim: true
                """);

        try (Application application = springBoot(name)) {
            assertThat(application.awaitExit()).isNotZero();
            assertThat(application.output()).contains("APPLICATION FAILED TO START").doesNotContain("\tat ")
                    .containsPattern("camel\\.component\\.roboflow\\.confidance \\(.*application\\.yaml\\W+4:19\\) is no option of"
                            + " the component roboflow: did you mean camel\\.component\\.roboflow\\.confidence\\?")
                    .containsPattern("camel\\.component\\.roboflow-server\\.no-such-option \\(.*application\\.yaml\\W+6:23\\) is"
                            + " no option of the component roboflow-server, which has .*, max-connections, ")
                    .containsPattern("camel\\.language\\.roboflow\\.trim \\(.*application\\.yaml\\W+9:13\\) is no option of the"
                            + " language roboflow, which has none");
        }
    }

    @Test
    void componentLanguageAndConditionsWorkOnCamel422() throws Exception {
        try (Application application = camelMain("camel-4.22")) {
            application.awaitResults();

            assertThat(application.output()).contains("Apache Camel 4.22.0 (camel-1) started");
        }
    }

    @Test
    void componentLanguageAndConditionsWorkOnQuarkus() throws Exception {
        try (Application application = quarkus()) {
            application.awaitResults();

            await().untilAsserted(() -> assertThat(application.output()).contains("on JVM (powered by Quarkus 3.33.2) started"));
        }
    }

    @Test
    void aQuarkusApplicationWithAMisspeltPropertyDoesNotStart() throws Exception {
        try (Application application = quarkus("-Dcamel.component.roboflow.confidance=0.5")) {
            assertThat(application.awaitExit()).isNotZero();
            assertThat(application.output()).contains("Error binding property (camel.component.roboflow.confidance=0.5)");
        }
    }

    @Test
    void anOlderCamelIsRefusedInOneSentence() throws Exception {
        try (Application application = camelMain("camel-4.14")) {
            assertThat(application.awaitExit()).isNotZero();
            assertThat(application.output()).contains("camel-roboflow needs Camel 4.18 or later, and this application has Camel"
                    + " 4.14.0: raise the version of all its Camel dependencies").doesNotContain("NoClassDefFoundError");
        }
    }

    @Test
    void camelsReportPluginNamesMisspeltOptions() throws IOException {
        assertThat(report("misspelt")).containsSubsequence("MisspeltRoutes.java:10)", "roboflow-server",
                "keyz    Unknown option. Did you mean: [keys]", "MisspeltRoutes.java:10)", "roboflow",
                "confidance    Unknown option. Did you mean: [confidence", "MisspeltRoutes.java:12)", "roboflow-workflow",
                "apiKy    Unknown option. Did you mean: [apiKey", "MisspeltRoutes.java:13)", "roboflow-upload",
                "tagz    Unknown option. Did you mean: [tag]", "(1 = passed, 4 = invalid", "(misspelt.properties:1)",
                "confidance    Unknown option", "(misspelt.properties:2)", "keyz    Unknown option",
                "(misspelt.properties:3)", "apiKy    Unknown option", "(misspelt.properties:4)", "tagz    Unknown option",
                "(0 = passed, 4 = invalid");
    }

    @Test
    void camelsReportPluginPassesCorrectOptions() throws IOException {
        assertThat(report("right")).contains("Endpoint validation success: (5 = passed, 0 = invalid, 0 = incapable, 0 = unknown",
                "Configuration validation success: (4 = passed, 0 = invalid, 0 = incapable, 0 = unknown");
    }

    /** Returns the words of an execution of the plugin, which has run before the tests. */
    private static String report(String execution) throws IOException {
        String log = Files.readString(Path.of("target/apps/report.log"));
        return log.substring(log.indexOf(":validate (" + execution + ")")).split("\\n\\[INFO] ---")[0];
    }

    private Application springBoot(String name) throws IOException {
        return new Application(folder, List.of("-cp", classPath(name, "spring-boot"),
                APPS.resolve("spring-boot/Application.java").toString()));
    }

    private Application camelMain(String name) throws IOException {
        return new Application(folder, List.of("-cp", classPath(name, "camel-main"), "org.apache.camel.main.Main"));
    }

    private Application quarkus(String... options) throws IOException {
        List<String> program = new ArrayList<>(List.of(options));
        program.addAll(List.of("-jar", Path.of("target/apps/quarkus/quarkus-app/quarkus-run.jar").toAbsolutePath().toString()));
        return new Application(folder, program);
    }

    private static String classPath(String name, String... configurations) throws IOException {
        Path target = Path.of("target").toAbsolutePath();
        Stream<String> natives = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar -> NATIVES.matcher(jar.replace('\\', '/')).matches());
        try (Stream<Path> files = Files.list(target)) {
            String jar = files.map(Path::toString)
                    .filter(file -> file.matches(".*camel-roboflow-[^/\\\\]*(?<!-sources|-javadoc)\\.jar"))
                    .findFirst().orElseThrow();
            Stream<String> ours = Stream.concat(Stream.of(configurations), Stream.of("routes"))
                    .map(configuration -> APPS.resolve(configuration).toString());
            return Stream.of(Stream.of(jar, target.resolve("apps").resolve(name) + File.separator + "*"), ours, natives)
                    .flatMap(entries -> entries).collect(Collectors.joining(File.pathSeparator));
        }
    }

    /** The process of an application, which stops at the end of its test. */
    private static final class Application implements AutoCloseable {

        private final Path folder;
        private final Path log;
        private final Process process;

        Application(Path folder, List<String> program) throws IOException {
            this.folder = folder;
            this.log = folder.resolve("log");
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Dimages=" + folder.resolve("images"),
                    "-Dresults=" + folder.resolve("results"), "-Dmodels=" + Path.of("config/models").toAbsolutePath()));
            command.addAll(program);
            process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(log.toFile()).start();
        }

        String output() throws IOException {
            return Files.readString(log);
        }

        /** Waits until each image is where its detected classes say. The configuration wants no other than gears and bolts. */
        void awaitResults() {
            await().failFast("the application has ended", () -> !process.isAlive()).untilAsserted(() -> {
                assertThat(folder.resolve("results/gears/gears.jpg")).content().contains("\"class\":\"gear\"");
                assertThat(folder.resolve("results/bolts/bolts.jpg")).content().contains("\"class\":\"bolt\"");
                assertThat(folder.resolve("results/others/washers.jpg")).content().contains("\"predictions\":[]");
            });
        }

        int awaitExit() {
            await().until(() -> !process.isAlive());
            return process.exitValue();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }
    }
}
