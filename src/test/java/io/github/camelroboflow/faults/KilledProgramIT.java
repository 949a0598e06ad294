package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.faults.FaultyWebhook.Mood;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at random instants, while images come in. */
class KilledProgramIT {

    private static final int KILLS = FaultTestScale.of(5, 50);
    private static final int IMAGES = FaultTestScale.of(60, 2000);
    private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

    @TempDir
    Path data;
    private final Random random = new Random(SEED);
    private final List<Duration> recovery = new ArrayList<>();
    private int inWork;

    @Test
    void killedAtRandomInstantsItLosesNoImage() {
        ProgramFolders site =
                proof(ProgramSetups.toFolders(), life -> { }, (it, program) -> it.finish(program));

        site.assertFiled();
        site.assertResultsInFolders();
        figures("killed", site).print();
    }

    /** In every second run of the program the receiver of webhooks fails, so that the outbox has messages. */
    @Test
    void killedAtRandomInstantsItLosesNoOutboxMessage() {
        try (Broker broker = Broker.artemis(data).start(); FaultyWebhook webhook = new FaultyWebhook(Duration.ofSeconds(5))) {
            ProgramFolders site = proof(ProgramSetups.toAll(data, broker, webhook),
                    life -> webhook.becomes(life % 2 == 0 && life < KILLS ? Mood.BROKEN : Mood.WELL),
                    (it, program) -> it.finish(program, webhook::receipts));

            site.assertFiled();
            site.assertResultsInFolders();
            ReceivedResults queues = ProgramSetups.receipts(broker);
            queues.assertEachImageCame(site.images());
            webhook.receipts().assertEachImageCame(site.images());
            figures("with folders, queues and webhooks killed", site).add("queues: %s", queues.repeats())
                    .add("webhooks: %s", webhook.receipts().repeats()).print();
        }
    }

    private ReportLine figures(String killed, ProgramFolders site) {
        return new ReportLine(killed + " " + KILLS + " times (seed " + SEED + ")").filed(site)
                .add("%d found in work after a kill", inWork).add("all results complete").recovery(recovery);
    }

    private ProgramFolders proof(Map<String, String> setup, IntConsumer beforeLife, BiConsumer<ProgramFolders,
            ProgramProcess> finish) {
        System.out.println("KilledProgramIT: -Dfaults.seed=" + SEED);
        ProgramFolders site = new ProgramFolders(data, ImageGenerator.someDamaged(IMAGES));
        int atATime = IMAGES / (KILLS + 1);
        for (int kill = 0; kill < KILLS; kill++) {
            beforeLife.accept(kill);
            startAndKill(site, setup, site.images().subList(kill * atATime, (kill + 1) * atATime));
        }
        beforeLife.accept(KILLS);
        site.drop(site.images().subList(KILLS * atATime, IMAGES));
        int before = site.finished();
        try (ProgramProcess program = site.start(setup)) {
            recovery.add(site.untilMoreThan(before, program));
            finish.accept(site, program);
        }
        return site;
    }

    /** Three of four kills happen while images are processed, the others at any time from the start. */
    private void startAndKill(ProgramFolders site, Map<String, String> setup, List<InputImage> next) {
        site.drop(next);
        int before = site.finished();
        try (ProgramProcess program = site.start(setup)) {
            if (random.nextInt(4) == 0) {
                assertThat(program.endsWithin(random.nextInt(2000))).as(program.output()).isFalse();
            } else {
                recovery.add(site.untilMoreThan(before, program));
                int more = before + random.nextInt(next.size());
                await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> site.finished() >= more);
                assertThat(program.endsWithin(random.nextInt(20))).as(program.output()).isFalse();
            }
            program.kill();
        }
        inWork += site.files("work").size();
    }
}
