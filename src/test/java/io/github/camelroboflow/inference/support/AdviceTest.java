package io.github.camelroboflow.inference.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AdviceTest {

    private static final Path MAIN = Path.of("src/main/java/io/github/camelroboflow");
    private static final Pattern OF_THE_PROGRAM =
            Pattern.compile("\"[^\"\\n]*(config/|routes/|(?<!apache\\.)camel\\.component\\.|-Droutes|bin/)");

    /** They give other applications other words, or name options of Spring Boot. */
    private static final Set<String> ALLOWED = Set.of("Advice.java", "FailureAdvice.java", "DatabaseFile.java",
            "RoboflowAutoConfiguration.java");

    @Test
    void onlyTheProgramsOwnPackageNamesItsFilesAndProperties() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(MAIN)) {
            for (Path file : (Iterable<Path>) all.filter(file -> file.toString().endsWith(".java"))::iterator) {
                if (!file.startsWith(MAIN.resolve("app")) && OF_THE_PROGRAM.matcher(Files.readString(file)).find()) {
                    files.add(file.getFileName());
                }
            }
        }

        assertThat(files).extracting(Path::toString).containsExactlyInAnyOrderElementsOf(ALLOWED);
    }

    @Test
    void anotherApplicationIsToldOfItsOptions() {
        assertThat(Advice.modelOption("apiKey")).isEqualTo("the option apiKey of the endpoint or the component");
        assertThat(Advice.choose("program", "elsewhere")).isEqualTo("elsewhere");
    }
}
