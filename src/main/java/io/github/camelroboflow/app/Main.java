package io.github.camelroboflow.app;

import io.github.camelroboflow.app.launch.LauncherWatch;
import io.github.camelroboflow.app.launch.StartArchive;
import io.github.camelroboflow.app.status.LiveLine;
import io.github.camelroboflow.condition.camel.RouteConditions;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.support.Advice;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.LoggerFactory;

/**
 * Runs the routes that {@code config/application.properties} names, until it is interrupted, or another command of
 * {@link ProgramCommands}. The exit code is 0 after an orderly stop, 1 if a route that ends by itself could not do all of its work,
 * 2 if it could not start, and 70 after an error that only a new start can heal. This class does not extend Camel's main class,
 * because its initialization would start the logging before the location of the logging's configuration is set.
 */
public final class Main {

    static final int CANNOT_START = 2;

    /** A property of JavaCPP, which calls OpenCV. */
    private static final String NATIVE_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

    private Main() {
    }

    public static void main(String[] args) {
        Advice.setProgram();
        LauncherWatch.start();
        int exitCode = new ProgramCommands(System.out, System.err, true).execute(args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /** @param ownJvm whether the JVM runs only this program, so that it may be ended */
    static int run(PrintStream out, PrintStream err, boolean ownJvm) {
        if (ownJvm && "json".equals(early(Logging.FORMAT))) {
            try {
                Logging.startJson();
            } catch (IllegalArgumentException e) {
                return cannotStart(err, StartError.sentences(e));
            }
            return run(System.out, System.err, null, true);
        }
        Optional<LiveLine> live = ownJvm ? LiveLine.of(out) : Optional.empty();
        // before the logging takes the stream
        live.ifPresent(line -> {
            System.setOut(line.above(out));
            System.setErr(line.above(err));
        });
        return run(live.isPresent() ? System.out : out, live.isPresent() ? System.err : err, live.orElse(null), ownJvm);
    }

    private static int run(PrintStream out, PrintStream err, LiveLine live, boolean ownJvm) {
        prepare();
        if (ownJvm) {
            StartArchive.makeLater();
        }
        Application application = null;
        try {
            application = new Application(out, live, ownJvm ? FatalErrors.watch(err) : null);
            // no arguments: those of Camel's own main class are no commands of this program
            return application.run(new String[0]);
        } catch (Throwable e) {
            if (isStopping()) {
                // the stop causes the failure
                out.println("Stopped before the start was complete");
                return 0;
            }
            // after an Error some parts are half started, and the JVM would wait for them
            if (application != null) {
                application.getShutdownStrategy().shutdown();
            }
            return cannotStart(err, mistakes(application, e));
        }
    }

    /** Returns a sentence for each mistake: for each wrong condition of the routes, if the start ended at the first of them. */
    private static List<String> mistakes(Application application, Throwable error) {
        List<String> sentences = StartError.sentences(error);
        if (application == null || application.getCamelContext() == null || !StartError.isCondition(error)) {
            return sentences;
        }
        List<String> conditions = RouteConditions.wrong(application.getCamelContext());
        return conditions.size() > 1 ? conditions : sentences;
    }

    /** Checks all that a start would check, and takes, sends and writes nothing. */
    static int check(PrintStream out, PrintStream err) {
        prepare();
        try (ConfigurationCheck check = new ConfigurationCheck()) {
            List<String> mistakes = check.mistakes();
            if (!mistakes.isEmpty()) {
                return cannotStart(err, mistakes);
            }
            check.summary().forEach(out::println);
            return 0;
        }
    }

    static int cannotStart(PrintStream err, List<String> sentences) {
        sentences.forEach(sentence -> err.println("Cannot start: " + sentence));
        return CANNOT_START;
    }

    /** Sets what must be set before the logging or a native library is loaded. */
    static void prepare() {
        Logging.prepare();
        // the tables of the graphics library are used for masks, and a server has no screen
        System.setProperty("java.awt.headless", "true");
        if (System.getProperty(NATIVE_LIMIT) == null) {
            // the default is four times the heap for the whole process: after one large image, small ones would be refused
            System.setProperty(NATIVE_LIMIT, "0");
        }
        if (!isHosted()) {
            // two threads that begin to log at the same time would lose lines
            LoggerFactory.getILoggerFactory();
            NativeLibraries.loadAhead();
        }
    }

    /** Returns whether the settings say that no model runs here. */
    private static boolean isHosted() {
        return "hosted".equals(early("camel.component.roboflow.runtime"));
    }

    /** Returns the text of a property, as far as it can be seen before Camel reads them; {@code null} for none. */
    private static String early(String property) {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(Application.PROPERTIES))) {
            file.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            // Camel reports it
        }
        String environment = System.getenv(property.toUpperCase(Locale.ROOT).replace('.', '_'));
        return System.getProperty(property, environment != null ? environment : file.getProperty(property));
    }

    /** Returns whether the JVM is shutting down: then it accepts no more hooks. */
    private static boolean isStopping() {
        Thread hook = new Thread();
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }
}
