package io.github.camelroboflow.app;

import io.github.camelroboflow.app.launch.LauncherWatch;
import io.github.camelroboflow.app.launch.StartArchive;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.status.LiveLine;
import io.github.camelroboflow.app.status.StatusSocket;
import io.github.camelroboflow.condition.camel.RouteConditions;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.support.Advice;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.LoggerFactory;

/**
 * Runs the routes that {@code config/application.properties} names, until it is interrupted, or another command of
 * {@link ProgramCommands}. The exit code is 0 after an orderly stop, 1 if a route that ends by itself could not do all of its work,
 * 2 if it could not start, and 70 after an error that only a new start can heal. This class does not extend Camel's main class,
 * because its initialization would start the logging before the location of the logging's configuration is set.
 */
public final class Main {

    static final int CANNOT_START = 2;

    private static final String EXPLAIN = "explain ";
    private static final String UNKNOWN = "unknown\n";
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

    /** Explains an image, by the program that runs or else by a new start of the same configuration. Returns 1 if it is unknown. */
    static int explain(PrintStream out, PrintStream err, Path file) {
        prepare();
        try {
            Settings settings = Settings.of(Application.properties());
            if (Application.properties().apply("routes").orElse("").equals("batch")) {
                return explained(out, err, file, new BatchExplanation(settings.batch()).of(file).orElse(UNKNOWN));
            }
            Path work = settings.sockets();
            List<String> answers = StatusSocket.ask(work, EXPLAIN + (Files.exists(file) ? file.toAbsolutePath() : file));
            if (!answers.isEmpty()) {
                return explained(out, err, file, answers.get(0));
            }
            try (ConfigurationCheck start = new ConfigurationCheck()) {
                List<String> mistakes = start.mistakes();
                if (!mistakes.isEmpty()) {
                    return cannotStart(err, mistakes);
                }
                return explained(out, err, file, explanation(start.getCamelContext(), start.settings(), file));
            }
        } catch (IOException | RuntimeException e) {
            return cannotStart(err, StartError.sentences(e));
        }
    }

    /** Returns the answer to a question at the socket: about an image, or about the program. */
    static String answer(String question, Supplier<String> report, CamelContext context, Settings settings) {
        return question.startsWith(EXPLAIN)
                ? explanation(context, settings, Path.of(question.substring(EXPLAIN.length()))) : report.get();
    }

    private static String explanation(CamelContext context, Settings settings, Path file) {
        try {
            Outbox outbox = context.getRegistry().lookupByNameAndType("outbox", Outbox.class);
            return new Explanation(context, settings, outbox).of(file).orElse(UNKNOWN);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be explained: " + e.getMessage(), e);
        }
    }

    private static int explained(PrintStream out, PrintStream err, Path file, String text) {
        if (text.equals(UNKNOWN)) {
            err.println("There is no image " + file + " in the folders inbox, work, done and failed of this configuration, or in"
                    + " the results of its batch");
            return 1;
        }
        out.print(text);
        return 0;
    }

    /** Prints what the programs tell that work in our folder. Returns 1 if there are none. */
    static int status(PrintStream out, PrintStream err) {
        Logging.prepare();
        try {
            Path work = Settings.of(Application.properties()).sockets();
            List<String> answers = StatusSocket.ask(work, "status");
            answers.forEach(out::print);
            if (answers.isEmpty()) {
                err.println("No program answers in " + work + ": none runs with this folder as its work");
            }
            return answers.isEmpty() ? 1 : 0;
        } catch (IOException | RuntimeException e) {
            return cannotStart(err, StartError.sentences(e));
        }
    }

    private static int cannotStart(PrintStream err, List<String> sentences) {
        sentences.forEach(sentence -> err.println("Cannot start: " + sentence));
        return CANNOT_START;
    }

    /** Sets what must be set before the logging or a native library is loaded. */
    private static void prepare() {
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
