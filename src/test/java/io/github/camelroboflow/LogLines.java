package io.github.camelroboflow;

import java.io.StringWriter;
import java.util.List;
import java.util.UUID;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The log lines that an operator reads while a test runs: warnings and errors, without stack traces, as the shipped logging has
 * them. Other tests log at the same time.
 */
public final class LogLines implements BeforeEachCallback, AfterEachCallback {

    private final LoggerContext logging = (LoggerContext) LogManager.getContext(false);
    private final StringWriter log = new StringWriter();
    private final String name = UUID.randomUUID().toString();

    @Override
    public void beforeEach(ExtensionContext context) {
        WriterAppender appender = WriterAppender.createAppender(PatternLayout.newBuilder().withPattern("%p %m%ex{0}%n").build(),
                null, log, name, false, true);
        appender.start();
        logging.getConfiguration().getRootLogger().addAppender(appender, Level.WARN, null);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        logging.getConfiguration().getRootLogger().removeAppender(name);
    }

    /** Returns the lines that hold this text. */
    public List<String> with(String text) {
        return log.toString().lines().filter(line -> line.contains(text)).toList();
    }
}
