package io.github.camelroboflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dependencies that the pages tell users to add have the versions that the tests run with. */
class DependencyVersionsTest {

    private static final Pattern DEPENDENCY = Pattern.compile("<artifactId>(onnxruntime|opencv)(?:-platform)?</artifactId>\\s*"
            + "<version>([^<]*)</version>");
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]*)}");

    /** Returns a property of the pom with the properties in its value resolved. */
    private static String property(String name) {
        try {
            MatchResult found = Pattern.compile("<" + Pattern.quote(name) + ">([^<]*)<")
                    .matcher(Files.readString(Path.of("pom.xml"))).results().findFirst().orElseThrow();
            return PROPERTY.matcher(found.group(1)).replaceAll(property -> property(property.group(1)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "src/main/docs/roboflow-component.adoc"})
    void nativeLibrariesOnThePageAreThoseOfTheBuild(String page) throws IOException {
        assertThat(DEPENDENCY.matcher(Files.readString(Path.of(page))).results()).hasSize(2)
                .allSatisfy(found -> assertThat(found.group(2)).isEqualTo(property(found.group(1) + ".version")));
    }
}
