package io.github.camelroboflow.app.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileFilter;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An error leaves no image in work and no program that does nothing. */
class ErrorsIT {

    private static final String NO_THREAD =
            "unable to create native thread: possibly out of memory or process/resource limits reached";

    @RegisterExtension
    final LogLines log = new LogLines();

    @TempDir
    Path data;

    /** Twenty good images waited for ever behind one that did not fit into memory. */
    @ParameterizedTest
    @ValueSource(strings = {"engine", "destination"})
    void anImageThatTakesAllMemoryFailsForItselfAndOthersGoOn(String where) {
        try (WatchedFolder folder = new WatchedFolder(data).with(new ScriptedEngine(image -> {
            if (where.equals("engine") && image.name().startsWith("large")) {
                throw new OutOfMemoryError("Java heap space");
            }
        })).withDestination(exchange -> {
            if (exchange.getProperty("CamelRoboflowImageName", String.class).startsWith("large")) {
                throw new OutOfMemoryError("Java heap space");
            }
        }).start()) {
            IntStream.range(0, 3).forEach(i -> folder.drop(new byte[] {1}, "large" + i + ".jpg"));
            IntStream.range(0, 20).forEach(i -> folder.drop(new byte[] {1}, "good" + i + ".jpg"));

            await().untilAsserted(() -> assertThat(folder.files("done")).hasSize(20).allMatch(name -> name.startsWith("good")));
            await().untilAsserted(() -> assertThat(folder.files("failed")).hasSize(6));
            assertThat(folder.read("failed/large0.jpg.error.json")).contains("not enough memory", "-Xmx", "\"attempts\" : 3")
                    .doesNotContain("Exchange[");
            assertThat(folder.files("work")).isEmpty();
        }
    }

    /** While there were no threads, images stayed in work, and Camel ended the watching for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"engine", "destination"})
    void whileThereAreNoThreadsImagesStayWhereTheyAre(String where) {
        AtomicBoolean none = new AtomicBoolean(true);
        AtomicInteger tries = new AtomicInteger();
        Runnable thread = () -> {
            tries.incrementAndGet();
            if (none.get()) {
                throw new OutOfMemoryError(NO_THREAD);
            }
        };
        try (WatchedFolder folder = new WatchedFolder(data).with(new ScriptedEngine(image -> {
            if (where.equals("engine")) {
                thread.run();
            }
        })).withDestination(exchange -> {
            if (where.equals("destination")) {
                thread.run();
            }
        }).start()) {
            IntStream.range(0, 10).forEach(i -> folder.drop(new byte[] {1}, i + ".jpg"));
            await().until(() -> tries.get() > 5);
            none.set(false);

            await().untilAsserted(() -> assertThat(folder.files("done")).hasSize(10));
            assertThat(folder.files("failed")).isEmpty();
            assertThat(folder.files("work")).isEmpty();
            assertThat(log.with("watch-folder waits")).isNotEmpty();
        }
    }

    /** Camel's "Fatal error": nothing was processed any more. */
    @Test
    void theWatchingGoesOnAfterAnErrorInIt() {
        AtomicInteger polls = new AtomicInteger();
        try (WatchedFolder folder = new WatchedFolder(data).with(new ScriptedEngine(image -> { }))
                .with(new EventNotifierSupport() {
                    @Override
                    public boolean isEnabled(CamelEvent event) {
                        return event.getType() == CamelEvent.Type.RoutesStarting;
                    }

                    @Override
                    public void notify(CamelEvent event) {
                        // before the first poll
                        ((CamelEvent.CamelContextEvent) event).getContext().getEndpoints().stream()
                                .filter(GenericFileEndpoint.class::isInstance).map(GenericFileEndpoint.class::cast)
                                .filter(files -> files.getProcessStrategy() != null)
                                .forEach(files -> files.setFilter(new ErrorAtFirst(files.getFilter(), polls)));
                    }
                }).start()) {
            folder.drop(new byte[] {1}, "a.jpg");
            folder.drop(new byte[] {1}, "b.jpg");

            await().untilAsserted(() -> assertThat(folder.files("done")).hasSize(2));
            assertThat(polls.get()).isGreaterThan(5);
            assertThat(log.with("is tried again: no more threads, they say")).hasSizeLessThanOrEqualTo(1);
        }
    }

    @SuppressWarnings("rawtypes")
    private record ErrorAtFirst(GenericFileFilter chosen, AtomicInteger polls) implements GenericFileFilter {

        @Override
        @SuppressWarnings("unchecked")
        public boolean accept(GenericFile file) {
            if (file.getFileName().equals("b.jpg") && polls.incrementAndGet() <= 5) {
                throw new OutOfMemoryError("no more threads, they say");
            }
            return chosen == null || chosen.accept(file);
        }
    }
}
