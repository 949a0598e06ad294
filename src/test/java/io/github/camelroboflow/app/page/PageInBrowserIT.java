package io.github.camelroboflow.app.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelroboflow.ProgressDeadline;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.FreePorts;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in headless Chromium: what a person sees and does there, with the mouse and the keyboard, in light and in dark. */
class PageInBrowserIT {

    private static final Path BROWSER = Path.of("target/browser");

    @TempDir
    Path data;

    @Test
    void aPersonSeesWhatTheProgramDoesAndActsOnIt() throws IOException {
        Optional<String> chromium = Stream.of("chromium", "chromium-browser", "google-chrome").flatMap(PageInBrowserIT::find)
                .findFirst();
        assumeTrue(chromium.isPresent() && find("npm").findFirst().isPresent(),
                "Chromium, Node or npm is missing: the page is not tested in a browser");
        Files.createDirectories(BROWSER);
        Files.copy(Path.of("src/test/browser/package.json"), BROWSER.resolve("package.json"),
                StandardCopyOption.REPLACE_EXISTING);
        String installed = run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", BROWSER.toString());
        assumeTrue(Files.exists(BROWSER.resolve("node_modules/playwright-core")), "npm can't fetch playwright-core, so the page is"
                + " not tested in a browser: " + installed);
        String port = String.valueOf(FreePorts.free());
        try (WatchedFolder folder = new WatchedFolder(data).with("page.enabled", "true").with("page.port", port).start()) {
            folder.drop("gears.jpg", "<img src=x onerror=alert(1)>.jpg");
            folder.drop("gears.jpg", "gears.jpg");
            folder.drop("no image".getBytes(StandardCharsets.UTF_8), "torn.jpg");
            await().until(() -> folder.files("done").size() == 2 && folder.files("failed").size() == 2);

            String output = run("env", "CHROMIUM=" + chromium.get(), "node", "src/test/browser/page.mjs",
                    "http://localhost:" + port + "/", BROWSER.toAbsolutePath().toString(),
                    WatchedFolder.SAMPLES.resolve("nuts.webp").toString());

            assertThat(output).contains("page weight");
            Files.writeString(BROWSER.resolve("result.txt"), output);
        }
    }

    private static Stream<String> find(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable).map(Path::toString);
    }

    /** Runs a program to its end, and returns its output. */
    private String run(String... command) throws IOException {
        Path output = Files.createTempFile(data, "output", ".txt");
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        await().atMost(ProgressDeadline.LAST).until(() -> !process.isAlive());
        return Files.readString(output);
    }
}
