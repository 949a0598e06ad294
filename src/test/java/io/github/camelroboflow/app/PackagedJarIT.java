package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.component.fixture.GeneratedMetadata;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.util.StringHelper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

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

    private JsonNode springMetadata() throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return new ObjectMapper().readTree(file.getInputStream(
                    file.getEntry("META-INF/spring-configuration-metadata.json")));
        }
    }

    @Test
    void tellsTheIdesOfSpringBootApplicationsThatTheLanguageHasNoOptions() throws IOException {
        assertThat(springMetadata().path("groups")).filteredOn(group -> group.path("name").asText().startsWith("camel.language."))
                .singleElement().satisfies(group -> {
                    assertThat(group.path("name").asText()).isEqualTo("camel.language.roboflow");
                    assertThat(group.path("description").asText()).endsWith("It has no options.");
                });
        assertThat(springMetadata().path("properties"))
                .noneMatch(property -> property.path("name").asText().startsWith("camel.language."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"roboflow", "roboflow-server", "roboflow-upload", "roboflow-workflow"})
    void describesEveryOptionToTheIdesOfSpringBootApplications(String scheme) throws IOException {
        JsonNode metadata = springMetadata();
        Map<String, JsonNode> properties = StreamSupport.stream(metadata.path("properties").spliterator(), false)
                .collect(Collectors.toMap(property -> property.path("name").asText(), property -> property));
        Map<String, JsonNode> options = GeneratedMetadata.of(scheme).component();

        assertThat(metadata.path("groups")).extracting(group -> group.path("name").asText()).contains("camel.component." + scheme);
        assertThat(properties.keySet()).filteredOn(name -> name.startsWith("camel.component." + scheme + "."))
                .hasSize(options.size() + 2);
        assertThat(options).allSatisfy((name, option) -> {
            JsonNode property = properties.get("camel.component." + scheme + "." + StringHelper.camelCaseToDash(name));
            assertThat(property.path("description").asText()).startsWith(option.path("description").asText());
            assertThat(property.path("defaultValue").asText()).isEqualTo(option.path("defaultValue").asText());
        });
    }

    /** Neither Camel nor a native library is there, so that none can make these commands slow. */
    @ParameterizedTest
    @CsvSource({"--version, camel-roboflow \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?", "--help, Usage: camel-roboflow .*"})
    void needsNoOtherLibraryForItsVersionAndItsHelp(String command, String line) throws Exception {
        Path picocli = Path.of(CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Process program = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                jar + File.pathSeparator + picocli, Main.class.getName(), command).redirectErrorStream(true).start();

        assertThat(program.inputReader().readLine()).matches(line);
        assertThat(program.waitFor()).isZero();
    }
}
