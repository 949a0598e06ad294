package io.github.camelroboflow.app;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;

/**
 * Runs the routes that {@code config/application.properties} names, until it is interrupted. The exit code is 0 after an orderly stop
 * and 2 if it could not start.
 */
public final class Main extends org.apache.camel.main.Main {

    private static final String PROPERTIES = "config/application.properties";
    private static final String LOGGING = "config/log4j2.properties";
    private static final int CANNOT_START = 2;

    private final PrintStream out;

    Main(PrintStream out) {
        this.out = out;
        setDefaultPropertyPlaceholderLocation("file:" + PROPERTIES);
        addMainListener(new Announcements());
    }

    public static void main(String[] args) {
        int exitCode = run(System.out, System.err, args);
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        if (System.getProperty("log4j2.configurationFile") == null && Files.exists(Path.of(LOGGING))) {
            System.setProperty("log4j2.configurationFile", LOGGING);
        }
        // the tables of the graphics library are used for masks, and a server has no screen
        System.setProperty("java.awt.headless", "true");
        try {
            return new Main(out).run(args);
        } catch (Exception | LinkageError e) {
            err.println("Cannot start: " + StartError.sentence(e));
            return CANNOT_START;
        }
    }

    @Override
    protected CamelContext createCamelContext() {
        CamelContext context = super.createCamelContext();
        // under Maven the classes are not those of the system class loader, with which Camel would look for its plugins
        context.setApplicationContextClassLoader(Thread.currentThread().getContextClassLoader());
        return context;
    }

    private final class Announcements extends MainListenerSupport {

        private Samples samples;

        @Override
        public void beforeStart(BaseMainSupport main) {
            samples = Samples.of(main.getCamelContext());
            main.getCamelContext().getManagementStrategy().addEventNotifier(new StopAnnouncement(out));
        }

        @Override
        public void afterStart(BaseMainSupport main) {
            CamelContext context = main.getCamelContext();
            if (context.getRoutes().isEmpty()) {
                throw new IllegalArgumentException("there is no route to run: the property routes names a file of the folder routes"
                        + " without .camel.yaml, such as watch-folder, and none was found for '"
                        + context.getPropertiesComponent().resolveProperty("routes").orElse("") + "'");
            }
            StartAnnouncement.of(context, samples.putIntoInbox()).forEach(out::println);
        }
    }
}
