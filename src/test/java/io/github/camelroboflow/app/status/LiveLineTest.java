package io.github.camelroboflow.app.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class LiveLineTest {

    private static final String CLEAR = "\r\u001b[K";

    private final ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(terminal, true, UTF_8);
    private final LiveLine line = new LiveLine(out);

    private String text() {
        return terminal.toString(UTF_8).replaceAll("\u001b\\[\\?7[lh]", "");
    }

    @Test
    void aTextReplacesTheOneBefore() {
        line.show("one");
        line.show("two");

        assertThat(text()).isEqualTo(CLEAR + "one" + CLEAR + "two");
    }

    @Test
    void otherOutputBeginsALineOfItsOwn() {
        line.show("one");
        line.above(out).println("a warning");
        line.show("two");

        assertThat(text()).isEqualTo(CLEAR + "one" + CLEAR + "a warning" + System.lineSeparator() + CLEAR + "two");
    }

    @Test
    void withoutALineOtherOutputIsUnchanged() {
        line.above(out).println("a warning");
        line.clear();

        assertThat(text()).isEqualTo("a warning" + System.lineSeparator());
    }
}
