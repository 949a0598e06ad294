package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.Own;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.folder.SharedWork.WorkImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the number of a file's names is not known there")
class SharedWorkTest {

    private static final int RACES = 100;

    @TempDir
    Path data;
    private final String key = UUID.randomUUID() + "/line 1/a.jpg";

    /** Makes that of a worker. */
    private SharedWork worker() {
        return new SharedWork(new InboxSettings(data.resolve("inbox"), data.resolve("work"), data.resolve("done"),
                data.resolve("failed"), "", Duration.ZERO, 3, Durability.PROCESS));
    }

    private WorkImage find(SharedWork worker) throws IOException {
        return worker.find("no id", key, "line 1/a.jpg").orElseThrow();
    }

    private Path take() throws IOException {
        Path file = data.resolve("work").resolve(key);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "image");
    }

    private static FailureReport report(String error) {
        return FailureReport.of("line 1/a.jpg", new IllegalStateException(error), 1,
                new DefaultExchange(new DefaultCamelContext()));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile).map(file -> data.relativize(file).toString()).sorted().toList();
        }
    }

    private interface Move {
        void run() throws IOException;
    }

    private static void together(Move... moves) {
        List<CompletableFuture<Void>> all = Stream.of(moves).map(move -> CompletableFuture.runAsync(() -> {
            try {
                move.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, Own.THREAD)).toList();
        all.forEach(CompletableFuture::join);
    }

    @Test
    void aNameThatThisMachineCannotWriteIsTheMachinesFault() {
        assertThatThrownBy(() -> worker().find("no id", UUID.randomUUID() + "/\uD800.jpg", "\uD800.jpg"))
                .isInstanceOf(IOException.class).hasMessageContaining("LC_ALL=C.UTF-8");
    }

    @Test
    void aMoveThatAWorkerWasKilledInIsCompleted() throws IOException {
        Path file = take();
        Files.createDirectories(data.resolve("done/line 1"));
        Files.createLink(data.resolve("done/line 1/a.jpg"), file);
        SharedWork worker = worker();

        assertThat(find(worker).filedName()).isEqualTo("line 1/a.jpg");
        find(worker).complete();

        assertThat(files()).containsExactly("done/line 1/a.jpg");
    }

    @Test
    void anImageThatTwoWorkersFinishAtATimeIsInDoneOnce() throws IOException {
        SharedWork one = worker();
        SharedWork two = worker();
        for (int race = 0; race < RACES; race++) {
            take();
            WorkImage first = find(one);
            WorkImage second = find(two);

            together(first::complete, second::complete);

            assertThat(files()).containsExactly("done/line 1/a.jpg");
            Files.delete(data.resolve("done/line 1/a.jpg"));
        }
    }

    @Test
    void anImageThatTwoWorkersGiveUpAtATimeIsInFailedOnceWithItsReport() throws IOException {
        SharedWork one = worker();
        SharedWork two = worker();
        for (int race = 0; race < RACES; race++) {
            take();
            WorkImage first = find(one);
            WorkImage second = find(two);

            together(() -> first.fail(report("one")), () -> second.fail(report("two")));

            List<String> failed = files();
            assertThat(failed).hasSize(2).allMatch(file -> file.startsWith("failed/line 1/a"));
            assertThat(failed).contains(failed.get(0) + ".error.json");
            for (String file : failed) {
                Files.delete(data.resolve(file));
            }
        }
    }
}
