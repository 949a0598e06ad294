package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.app.Logging.LoggedLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class LoggingTest {

    private static final Path JSON = Path.of("config/log4j2-json.properties");

    private final ByteArrayOutputStream other = new ByteArrayOutputStream();
    private final List<String> logged = new ArrayList<>();

    /** Returns the line of a message by the shipped configuration, or with the full exceptions as its comment says. */
    private static String line(String message, Throwable thrown, boolean full) throws IOException {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(JSON)) {
            file.load(reader);
        }
        String pattern = file.getProperty("appender.console.layout.pattern");
        PatternLayout layout = PatternLayout.newBuilder().withConfiguration(new DefaultConfiguration())
                .withPattern(full ? pattern.replace("%ex{0}", "%ex") : pattern).build();
        return layout.toSerializable(Log4jLogEvent.newBuilder().setLevel(Level.WARN).setLoggerName("a.\"b\"")
                .setThreadName("thread \\ 1").setMessage(new SimpleMessage(message)).setThrown(thrown).build());
    }

    private static JsonNode json(String line) throws IOException {
        assertThat(line).endsWith("\n").doesNotContain("\r");
        assertThat(line.lines()).hasSize(1);
        return new ObjectMapper().readTree(line);
    }

    @Test
    void aLineIsAJsonObjectWhateverTheMessage() throws IOException {
        String message = "a \"b\" \\ {c} %d\n\t\u001b[31m\u2028 é 🔩 \r\n</script>";

        JsonNode line = json(line(message, new IllegalStateException("with a \"cause\""), false));

        assertThat(line.path("message").asText()).isEqualTo(message);
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("logger").asText()).isEqualTo("a.\"b\"");
        assertThat(line.path("thread").asText()).isEqualTo("thread \\ 1");
        assertThat(OffsetDateTime.parse(line.path("time").asText()).getYear()).isGreaterThan(2000);
        assertThat(line.has("exception")).isFalse();
    }

    @Test
    void aStackTraceIsAFieldOfTheLine() throws IOException {
        Throwable thrown = new IllegalStateException("with a \"cause\"", new IOException("line 1\nline 2"));

        assertThat(json(line("message", thrown, true)).path("exception").asText())
                .contains("java.lang.IllegalStateException: with a \"cause\"", "\n\tat io.github.camelroboflow", "line 1\nline 2");
        assertThat(json(line("message", null, true)).has("exception")).isFalse();
    }

    @Test
    void eachPrintedLineIsLogged() {
        PrintStream stream = new LoggedLines(logged::add, new PrintStream(other)).stream();

        stream.println("first");
        stream.printf("  zwei €%n%n");
        stream.print("three");
        stream.print(" in parts\r\n");

        assertThat(logged).containsExactly("first", "zwei €", "three in parts");
    }

    @Test
    void aLineThatCanNotBeLoggedIsPrinted() {
        PrintStream stream = new LoggedLines(line -> {
            throw new NoClassDefFoundError("a");
        }, new PrintStream(other, true, StandardCharsets.UTF_8)).stream();

        stream.println("Ended");

        assertThat(other.toString(StandardCharsets.UTF_8)).isEqualTo("Ended" + System.lineSeparator());
    }
}
