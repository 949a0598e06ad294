package io.github.camelroboflow.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramCommandsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int execute(String... args) {
        return new ProgramCommands(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false).execute(args);
    }

    /** Camel's own help answered, with options that do not belong to this program. */
    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void theHelpNamesTheCommandsOfThisProgramOnly(String option) {
        assertThat(execute(option)).isZero();
        assertThat(out.toString(UTF_8)).contains("Usage: camel-roboflow", "--check", "--version", "-Dcommand=", "Exit codes")
                .doesNotContainIgnoringCase("duration");
        assertThat(err.size()).isZero();
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString(UTF_8)).matches("camel-roboflow \\S.*\\R");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --chek           | there is no option --chek: did you mean --check?
            -duration        | there is no option -duration
            -r               | there is no option -r
            start            | there is no command start
            inbox=/srv/q     | there is no argument inbox=/srv/q: set a property in config/application.properties, or write
            -Dinbox=/srv/q   | there is no argument -Dinbox=/srv/q: set a property in config/application.properties, or write
            """)
    void aWrongArgumentIsOneLineWithAHintAndExitCode2(String argument, String words) {
        assertThat(execute(argument)).isEqualTo(2);
        assertThat(err.toString(UTF_8).lines()).singleElement().asString().startsWith("Cannot start: " + words)
                .endsWith("(--help shows the commands and options)");
        assertThat(out.size()).isZero();
    }

    @Test
    void aCommandInAPropertyKeepsTheSpacesOfItsFile() {
        assertThat(ProgramCommands.words("  explain  my image.jpg ")).containsExactly("explain", "my image.jpg");
        assertThat(ProgramCommands.words("drop 3f6c1e2d --confirm")).containsExactly("drop", "3f6c1e2d", "--confirm");
        assertThat(ProgramCommands.words("--check")).containsExactly("--check");
        assertThat(ProgramCommands.words(" ")).isEmpty();
    }
}
