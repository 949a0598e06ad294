package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.faults.FaultyWebhook.Mood;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Power is cut while images are processed. Images in done had results and an outbox of 0 bytes. The images themselves are on the
 * disk before the cut, since the sender is responsible for writing them.
 */
class PowerCutIT {

    private static final int IMAGES = FaultTestScale.of(60, 2000);
    private static final int CUTS = FaultTestScale.of(2, 20);
    private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    void doneImagesAreOnDisk(String type) {
        Random random = new Random(SEED);
        System.out.println("PowerCutIT: -Dfaults.seed=" + SEED);
        try (PowerCutDisk disk = PowerCutDisk.of(type, folder.resolve(type)); FaultyWebhook webhook =
                new FaultyWebhook(Duration.ofSeconds(5))) {
            ProgramFolders site =
                    new ProgramFolders(folder, disk.path(), disk.path().resolve("results"), ImageGenerator.someDamaged(IMAGES));
            Map<String, String> setup = ProgramSetups.toFoldersAndWebhooks(folder, webhook);
            site.drop(site.images());
            disk.sync();
            for (int cut = 0; cut < CUTS; cut++) {
                webhook.becomes(cut % 2 == 0 ? Mood.BROKEN : Mood.WELL);
                try (ProgramProcess program = site.start(setup)) {
                    int atLeast = (cut + 1) * IMAGES / (CUTS + 2);
                    await().pollInterval(Duration.ofMillis(10)).until(() ->
                            site.finished() >= atLeast);
                    assertThat(program.endsWithin(random.nextInt(100))).as(program.output()).isFalse();
                    disk.cut(cut % 2 == 0);
                    program.kill();
                }
                disk.restart();
                assertThat(disk.empty("inbox", "work", "done", "failed", "results")).isEmpty();
                site.assertResultsOfDone();
            }
            webhook.becomes(Mood.WELL);
            try (ProgramProcess program = site.start(setup)) {
                site.finish(program, webhook::receipts);
            }

            site.assertFiled();
            site.assertResultsInFolders();
            webhook.receipts().assertEachImageCame(site.images());
            new ReportLine("power cut " + CUTS + " times on " + type + " (seed " + SEED + ")").filed(site)
                    .add("webhooks: %s", webhook.receipts().repeats()).print();
        }
    }
}
