package io.github.camelroboflow.app;

import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.validation.KnownProperties;
import io.github.camelroboflow.inference.InferenceEngine;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.SuspendableService;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.PropertiesComponent;

/** The application with its shipped route watch-folder on folders of the test's own, in this JVM. */
public final class WatchedFolder implements AutoCloseable {

    public static final Path SAMPLES = Path.of("config/samples");

    private final Path data;
    private final Application application =
            new Application(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));

    /** @param data a folder that inbox, work, done, failed and results are made in */
    public WatchedFolder(Path data) {
        this.data = data;
        for (String folder : List.of("inbox", "work", "done", "failed", "results")) {
            with(folder, data.resolve(folder).toString());
        }
        with("delivery.database", "jdbc:h2:file:" + data.resolve("delivery"));
        with("outbox.refused", data.resolve("refused").toString());
        with("page.enabled", "false");
        with("page.port", "0");
        with("inbox.unchangedFor", "0");
        with("inbox.delay", "50");
        with("outage.retryAfter", "200");
        with("outage.maxRetryAfter", "200");
        with("outbox.retryAfter", "200");
        with("outbox.maxRetryAfter", "200");
    }

    public WatchedFolder with(String property, String value) {
        application.addOverrideProperty(property, value);
        return this;
    }

    /** Has images run by this engine instead of the embedded one. */
    public WatchedFolder with(InferenceEngine engine) {
        application.bind("testEngine", engine);
        return with("camel.component.roboflow.engine", "#bean:testEngine");
    }

    /** Has another table than the shipped one tell which class goes where. */
    public WatchedFolder with(RoutingTable byClass) {
        return with("camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:" + byClass.write(data));
    }

    /** Has this step in the place of {@code routes/by-class.camel.yaml}. */
    public WatchedFolder withDestination(Processor step) {
        application.bind("testDestination", step);
        try {
            Path route = Files.writeString(data.resolve("test.camel.yaml"), """
                    - route:
                        id: by-class
                        errorHandler:
                          noErrorHandler: {}
                        from:
                          uri: direct:by-class
                          steps:
                            - process:
                                ref: "#testDestination"
                    """);
            return with("camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:" + route.toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public WatchedFolder with(EventNotifier notifier) {
        application.bind("testNotifier", notifier);
        return this;
    }

    public WatchedFolder with(MeterRegistry registry) {
        application.bind("testMeters", registry);
        return this;
    }

    public WatchedFolder start() {
        application.start();
        return this;
    }

    public CamelContext context() {
        return application.getCamelContext();
    }

    /** Returns the answer to a question of a command, such as {@code explain a.jpg}. */
    public String answer(String question) {
        PropertiesComponent properties = context().getPropertiesComponent();
        return Questions.answer(question, () -> "", context(),
                Settings.of(properties::resolveProperty, KnownProperties.set(properties)));
    }

    public Path drop(String sample, String name) {
        return drop(SAMPLES.resolve(sample), name);
    }

    /** Copies a file into the inbox under a name, by a rename. */
    Path drop(Path file, String name) {
        try {
            return drop(Files.readAllBytes(file), name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path drop(byte[] content, String name) {
        try {
            Path target = data.resolve("inbox").resolve(name);
            Files.createDirectories(target.getParent());
            Path temporary = Files.createTempFile(data, "drop", ".tmp");
            Files.write(temporary, content);
            return Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files below a folder such as {@code results}, with {@code /} between folders, sorted; hidden ones included. */
    public List<String> files(String folder) {
        Path root = data.resolve(folder);
        List<String> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!isOfTheProgram(file)) {
                        found.add(root.relativize(file).toString());
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Collections.sort(found);
        return found;
    }

    /** Returns whether a file in work is none of an image. */
    private boolean isOfTheProgram(Path file) {
        String name = file.getFileName().toString();
        return file.getParent().equals(data.resolve("work")) && (name.equals(".lock") || name.equals(".folder-id")
                || name.startsWith(".status-"));
    }

    public String read(String file) {
        try {
            return Files.readString(data.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        application.stop();
    }

    /** Tells whether the route that watches the folder is suspended. */
    public boolean isSuspended() {
        return isSuspended("watch-folder");
    }

    public boolean isSuspended(String route) {
        return context().getRoute(route).getConsumer() instanceof SuspendableService consumer && consumer.isSuspended();
    }
}
