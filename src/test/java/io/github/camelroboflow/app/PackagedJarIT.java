package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The jar that the build makes, as others use it. */
class PackagedJarIT {

    private Path jar;

    @BeforeEach
    void find() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            jar = files.filter(file -> file.getFileName().toString().matches("camel-roboflow-.*(?<!-sources|-javadoc)\\.jar"))
                    .findFirst().orElseThrow();
        }
    }

    @Test
    void holdsLicenseNoticeAndModuleNameButNoConfiguration() throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            List<String> names = file.stream().map(Object::toString).toList();

            assertThat(names).contains("META-INF/LICENSE", "META-INF/NOTICE")
                    .noneMatch(name -> name.startsWith("config/") || name.endsWith("/application.properties"));
            assertThat(manifest.getValue("Automatic-Module-Name")).isEqualTo("io.github.camelroboflow");
        }
    }

    @Test
    void tellsItsVersion() throws Exception {
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                jar.toString(), Main.class.getName(), "--version").redirectErrorStream(true).start();

        assertThat(program.inputReader().readLine()).matches("camel-roboflow \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
        assertThat(program.waitFor()).isZero();
    }
}
