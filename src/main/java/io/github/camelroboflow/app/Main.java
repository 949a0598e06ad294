package io.github.camelroboflow.app;

import io.github.camelroboflow.app.validation.KnownProperties.OptionNames;
import io.github.camelroboflow.embedded.session.NativeLibraries;
import io.github.camelroboflow.inference.support.Advice;
import io.github.camelroboflow.inference.support.ConfigurationException;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.PropertyBindingException;
import org.slf4j.LoggerFactory;

/**
 * Runs the routes that {@code config/application.properties} names, until it is interrupted. The exit code is 0 after an orderly
 * stop, 1 if a route that ends by itself could not do all of its work, 2 if it could not start, and 70 after an error that only a
 * new start can heal. This class does not extend Camel's main class, because its initialization would start the logging before
 * the location of the logging's configuration is set.
 */
public final class Main {

    private static final String LOGGING = "config/log4j2.properties";
    private static final int CANNOT_START = 2;
    /** A property of JavaCPP, which calls OpenCV. */
    private static final String NATIVE_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

    private Main() {
    }

    public static void main(String[] args) {
        Advice.setProgram();
        int exitCode = run(System.out, System.err, true, args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        return run(out, err, false, args);
    }

    /** @param ownJvm whether the JVM runs only this program, so that it may be ended */
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
            // the default is four times the heap for the whole process: after one large image, small ones would be refused
            System.setProperty(NATIVE_LIMIT, "0");
        }
        if (!isHosted()) {
            // two threads that begin to log at the same time would lose lines
            LoggerFactory.getILoggerFactory();
            NativeLibraries.loadAhead();
        }
        Application application = null;
        try {
            application = new Application(out, ownJvm ? FatalErrors.watch(err) : null);
            return application.run(args);
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
            StartError.sentences(e).forEach(sentence -> err.println("Cannot start: " + sentence));
            return CANNOT_START;
        }
    }

    /** Returns whether the settings, as far as they can be seen before Camel reads them, say that no model runs here. */
    private static boolean isHosted() {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(Application.PROPERTIES))) {
            file.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            // Camel reports it
        }
        String property = "camel.component.roboflow.runtime";
        String environment = System.getenv("CAMEL_COMPONENT_ROBOFLOW_RUNTIME");
        return "hosted".equals(System.getProperty(property, environment != null ? environment : file.getProperty(property)));
    }

    /** Returns the version in the manifest of our jar; there is none if the program runs from a source folder. */
    private static String version() {
        return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(not packaged)");
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

    /** Extracts from an exception the sentence that says why the program could not start. */
    static final class StartError {

        private static final int LONGEST = 500;

        private StartError() {
        }

        /** Returns a sentence for each mistake that was found. */
        static List<String> sentences(Throwable error) {
            return chain(error).stream().filter(ConfigurationException.class::isInstance).map(ConfigurationException.class::cast)
                    .findFirst().map(wrong -> wrong.errors().stream().map(StartError::line).toList())
                    .orElseGet(() -> List.of(sentence(error)));
        }

        private static List<Throwable> chain(Throwable error) {
            List<Throwable> chain = new ArrayList<>();
            for (Throwable cause = error; cause != null && chain.size() < 20; cause = cause.getCause()) {
                chain.add(cause);
            }
            return chain;
        }

        private static String line(String text) {
            String line = MessageText.printable(text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
            return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
        }

        static String sentence(Throwable error) {
            List<Throwable> chain = chain(error);
            Optional<PropertyBindingException> property = chain.stream().filter(PropertyBindingException.class::isInstance)
                    .map(PropertyBindingException.class::cast).findFirst();
            Throwable ours = chain.stream().filter(StartError::isOurs).findFirst().orElseGet(() -> innermost(chain));
            if (property.isPresent() && !isOurs(ours)) {
                PropertyBindingException wrong = property.get();
                String target = wrong.getTarget().getClass().getSimpleName();
                // the value of an option that doesn't exist may be a key under a misspelt name
                return wrong.getCause() == null ? "there is no option " + wrong.getPropertyName() + " of " + target
                        + OptionNames.suggestion(wrong.getTarget(), wrong.getPropertyName())
                        .map(meant -> ": did you mean " + meant + "?")
                                .orElse("")
                        : wrong.getPropertyName() + "=" + wrong.getValue() + " can't be set on " + target
                                + ": that is no value for this option";
            }
            String message = line(Objects.toString(ours.getMessage(), ""));
            boolean tells = isOurs(ours) || ours instanceof IllegalArgumentException || message.contains(" ");
            return tells && !message.isEmpty() ? message : line(ours.getClass().getSimpleName() + ": " + message);
        }

        /** Returns the root cause. Skips exceptions of {@code java.net}, because the exception above knows the address. */
        private static Throwable innermost(List<Throwable> chain) {
            for (int i = chain.size() - 1; i > 0; i--) {
                if (!chain.get(i).getClass().getName().startsWith("java.net.")) {
                    return chain.get(i);
                }
            }
            return chain.get(0);
        }

        /** Returns whether the exception is ours or was thrown by our code: its message is written for people. */
        private static boolean isOurs(Throwable error) {
            StackTraceElement[] trace = error.getStackTrace();
            return isOurs(error.getClass().getName())
                    || error instanceof IllegalArgumentException && trace.length > 0 && isOurs(trace[0].getClassName());
        }

        private static boolean isOurs(String className) {
            return className.startsWith("io.github.camelroboflow.");
        }
    }
}
