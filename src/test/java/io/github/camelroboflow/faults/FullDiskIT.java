package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk becomes full while images are processed, and has space again some time later. */
class FullDiskIT {

    private static final int IMAGES = FaultTestScale.of(100, 2000);
    private static final Duration FULL = FaultTestScale.of(Duration.ofSeconds(2), Duration.ofSeconds(30));

    private static final Duration LATEST_ANSWER = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    @Test
    void aFullDiskForResultsLosesNoImage() {
        try (SmallDisk disk = SmallDisk.tmpfs(folder.resolve("disk"), 16)) {
            ProgramFolders site =
                    new ProgramFolders(folder, folder, disk.path().resolve("results"), ImageGenerator.someDamaged(IMAGES));
            proof("disk of the results full", site, disk, ProgramSetups.toFolders(), program -> {
                site.finish(program);
                site.assertResultsInFolders();
                assertThat(program.output().lines().filter(line -> line.contains("its images stay where they are"))).hasSize(1)
                        .first().asString().contains("the disk " + disk.path(), "is full (No space left on device)");
            });
        }
    }

    @Test
    void aFullDiskForEverythingLosesNoImage() {
        try (SmallDisk disk = SmallDisk.ext4(folder.resolve("disk"), FaultTestScale.of(16, 128))) {
            ProgramFolders site =
                    new ProgramFolders(folder, disk.path(), disk.path().resolve("results"), ImageGenerator.someDamaged(IMAGES));
            proof("disk of all folders full", site, disk, ProgramSetups.toFolders(), program -> {
                site.finish(program);
                site.assertResultsInFolders();
            });
        }
    }

    @Test
    void aFullDiskForTheOutboxLosesNoResult() {
        try (SmallDisk disk = SmallDisk.ext4(folder.resolve("disk"), FaultTestScale.of(16, 128)); FaultyWebhook webhook =
                new FaultyWebhook(LATEST_ANSWER)) {
            ProgramFolders site =
                    new ProgramFolders(folder, disk.path(), disk.path().resolve("results"), ImageGenerator.someDamaged(IMAGES));
            proof("disk of all folders and the outbox full", site, disk, ProgramSetups.toWebhooks(folder, webhook),
                    program -> {
                        site.finish(program, webhook::receipts);
                        webhook.receipts().assertEachImageCame(site.images());
                    });
        }
    }

    private void proof(String fault, ProgramFolders site, SmallDisk disk, Map<String, String> setup,
            Consumer<ProgramProcess> finish) {
        List<InputImage> later = site.images().subList(IMAGES / 2, IMAGES);
        site.drop(site.images().subList(0, IMAGES / 2));
        site.dropHidden(later);
        try (ProgramProcess program = site.start(setup)) {
            site.untilMoreThan(IMAGES / 10, program);

            disk.fill();
            site.show(later);
            await().until(() -> program.output().contains("its images stay where they are"));
            assertThat(program.endsWithin(FULL.toMillis())).as(program.output()).isFalse();
            int before = site.finished();
            assertThat(before).isLessThan(IMAGES);
            site.assertOnlyDamagedFailed(program);

            disk.free();
            Duration recovery = site.untilMoreThan(before, program);
            finish.accept(program);

            site.assertFiled();
            new ReportLine(fault + " for " + FULL.toSeconds() + " s").filed(site).add("%d done before", before)
                    .add("all results complete").recovery(List.of(recovery)).print();
        }
    }
}
