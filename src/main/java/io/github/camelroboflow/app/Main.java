package io.github.camelroboflow.app;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Runs the routes that {@code config/application.properties} names, until it is interrupted. The exit code is 0 after an orderly
 * stop, 1 if a route that ends by itself could not do all of its work, 2 if it could not start, and 70 after an error that only a
 * new start can heal. (It does not extend Camel's own main class, whose initialization would
 * start the logging before we can say where its configuration is.)
 */
public final class Main {

    private static final String LOGGING = "config/log4j2.properties";
    private static final int CANNOT_START = 2;
    /** JavaCPP's, which OpenCV is called by. */
    private static final String NATIVE_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

    private Main() {
    }

    public static void main(String[] args) {
        int exitCode = run(System.out, System.err, true, args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        return run(out, err, false, args);
    }

    /** @param ownJvm whether the JVM is there for this program alone, so that it may be ended */
    private static int run(PrintStream out, PrintStream err, boolean ownJvm, String... args) {
        if (List.of(args).contains("--version")) {
            out.println("camel-roboflow " + version());
            return 0;
        }
        if (System.getProperty("log4j2.configurationFile") == null && Files.exists(Path.of(LOGGING))) {
            System.setProperty("log4j2.configurationFile", LOGGING);
        }
        // the tables of the graphics library are used for masks, and a server has no screen
        System.setProperty("java.awt.headless", "true");
        if (System.getProperty(NATIVE_LIMIT) == null) {
            // by itself it is four times the heap, of all that the process has: after one large image small ones would be refused
            System.setProperty(NATIVE_LIMIT, "0");
        }
        Application application = null;
        try {
            application = new Application(out, ownJvm ? FatalErrors.watch(err) : null);
            return application.run(args);
        } catch (Throwable e) {
            if (isStopping()) {
                // what fails now fails because of that
                out.println("Stopped before the start was complete");
                return 0;
            }
            // an Error leaves parts half started, and the end of the JVM would wait for them
            if (application != null) {
                application.getShutdownStrategy().shutdown();
            }
            StartError.sentences(e).forEach(sentence -> err.println("Cannot start: " + sentence));
            return CANNOT_START;
        }
    }

    /** Reads it from the manifest of our jar, which a program that runs from a source folder has not. */
    private static String version() {
        return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(not packaged)");
    }

    /** Whether the JVM has been told to end; it takes no more hooks from then on. */
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
