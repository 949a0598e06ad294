package io.github.camelroboflow.app.status;

import java.io.Console;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Optional;

/** A line at the bottom of a terminal that renews itself. Other output appears above it. */
public final class LiveLine {

    /** Returns to the start of the line, and clears the line. */
    private static final String CLEAR = "\r\u001b[K";
    /** Between these, the terminal cuts off a line that is wider than itself. */
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";

    private final PrintStream terminal;
    private boolean shown;

    LiveLine(PrintStream terminal) {
        this.terminal = terminal;
    }

    /** Returns the line of the terminal that this program writes to. Empty if its output goes elsewhere. */
    public static Optional<LiveLine> of(PrintStream out) {
        String kind = System.getenv("TERM");
        return kind == null || kind.isEmpty() || kind.equals("dumb") || !isTerminal(System.console()) ? Optional.empty()
                : Optional.of(new LiveLine(out));
    }

    /** Returns whether input and output are a terminal. Since Java 22 there may be a console without one. */
    private static boolean isTerminal(Console console) {
        try {
            return console != null && (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** Shows a text in place of the one before. */
    public synchronized void show(String text) {
        terminal.print(CLEAR + NO_WRAP + text + WRAP);
        terminal.flush();
        shown = true;
    }

    /** Removes the line until the next text. */
    public synchronized void clear() {
        if (shown) {
            terminal.print(CLEAR);
            terminal.flush();
            shown = false;
        }
    }

    /** Returns a stream for other output to the same terminal. */
    public PrintStream above(PrintStream other) {
        return new PrintStream(new Above(other), true, charset());
    }

    /** Returns the character set of the terminal; Java 17 has only that of the system. */
    private static Charset charset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("native.encoding"));
        return name == null ? Charset.defaultCharset() : Charset.forName(name);
    }

    private final class Above extends FilterOutputStream {

        Above(OutputStream other) {
            super(other);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            synchronized (LiveLine.this) {
                clear();
                out.write(bytes, offset, length);
            }
        }
    }
}
