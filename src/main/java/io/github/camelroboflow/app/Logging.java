package io.github.camelroboflow.app;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration of the logging, which is set before the first logger is made. */
final class Logging {

    /** The property with the form of the log. */
    static final String FORMAT = "log.format";

    private static final String LOCATION = "log4j2.configurationFile";
    private static final String TEXT = "config/log4j2.properties";
    /** Replaces the console of {@value #TEXT} by one that writes JSON. */
    private static final String JSON = "config/log4j2-json.properties";

    private Logging() {
    }

    /** Has the log written as lines for people, unless another configuration is set. */
    static void prepare() {
        if (System.getProperty(LOCATION) == null && Files.exists(Path.of(TEXT))) {
            System.setProperty(LOCATION, TEXT);
        }
    }

    /**
     * Has each line of the log be a JSON object, also those that would be printed. Replaces {@link System#out} and
     * {@link System#err}.
     *
     * @throws IllegalArgumentException if there is no configuration for it
     */
    static void startJson() {
        if (System.getProperty(LOCATION) == null) {
            if (!Files.exists(Path.of(JSON))) {
                throw new IllegalArgumentException(FORMAT + "=json needs the file " + JSON + ": copy the one of this version");
            }
            prepare();
            String text = System.getProperty(LOCATION);
            System.setProperty(LOCATION, text == null ? JSON : text + "," + JSON);
        }
        // takes the stream of the JVM
        Logger log = LoggerFactory.getLogger(Main.class);
        PrintStream err = System.err;
        System.setOut(new LoggedLines(log::info, err).stream());
        System.setErr(new LoggedLines(log::error, err).stream());
    }

    /** Logs each line that is written to it. */
    static final class LoggedLines extends OutputStream {

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private final Consumer<String> log;
        private final PrintStream other;

        /** @param other gets a line that can't be logged, since memory or a class is missing */
        LoggedLines(Consumer<String> log, PrintStream other) {
            this.log = log;
            this.other = other;
        }

        PrintStream stream() {
            return new PrintStream(this, true, StandardCharsets.UTF_8);
        }

        @Override
        public synchronized void write(int character) {
            if (character != '\n') {
                line.write(character);
                return;
            }
            String text = line.toString(StandardCharsets.UTF_8).strip();
            line.reset();
            if (!text.isEmpty()) {
                log(text);
            }
        }

        private void log(String text) {
            try {
                log.accept(text);
            } catch (LinkageError | OutOfMemoryError e) {
                other.println(text);
            }
        }
    }
}
