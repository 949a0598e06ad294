package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.faults.FaultyWebhook.Mood;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The receiver of webhooks answers 500, then answers too late, then never answers, then is only slow. Between these faults it
 * works.
 */
class FaultyWebhookIT {

    private static final List<Mood> MOODS = List.of(Mood.BROKEN, Mood.TOO_SLOW, Mood.SILENT, Mood.SLOW);
    private static final int IMAGES = FaultTestScale.of(50, 2000);
    private static final Duration UNWELL = FaultTestScale.of(Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Duration PATIENCE = FaultTestScale.of(Duration.ofMillis(500), Duration.ofSeconds(5));

    @TempDir
    Path data;

    @Test
    void aFaultyReceiverGetsEveryResultAndDelaysNoImage() {
        List<Duration> recovery = new ArrayList<>();
        ProgramFolders site = new ProgramFolders(data, ImageGenerator.someDamaged(IMAGES));
        int atATime = IMAGES / (MOODS.size() + 1);
        try (FaultyWebhook webhook = new FaultyWebhook(PATIENCE); ProgramProcess program = site
                .start(ProgramSetups.toWebhooks(data, webhook))) {
            ReceivedResults receipts = webhook.receipts();
            site.drop(site.images().subList(0, atATime));
            site.awaitFinished(atATime, program);
            for (int i = 0; i < MOODS.size(); i++) {
                webhook.becomes(MOODS.get(i));
                site.drop(site.images().subList((i + 1) * atATime, i + 1 == MOODS.size() ? IMAGES : (i + 2) * atATime));
                site.awaitFinished(i + 1 == MOODS.size() ? IMAGES : (i + 2) * atATime, program);
                assertThat(program.endsWithin(UNWELL.toMillis())).as(program.output()).isFalse();
                int before = receipts.number();
                webhook.becomes(Mood.WELL);
                if (MOODS.get(i) != Mood.SLOW) {
                    recovery.add(ProgramFolders.untilMoreThan(before, program, receipts::number));
                }
            }
            Duration rest = site.finish(program, () -> receipts);

            site.assertFiled();
            receipts.assertEachImageCame(site.images());
            new ReportLine("webhook " + MOODS + " for " + UNWELL.toSeconds() + " s each").filed(site).add("all results complete")
                    .add(receipts.repeats()).recovery(recovery)
                    .add("the rest delivered within %d s", rest.toSeconds()).print();
        }
    }
}
