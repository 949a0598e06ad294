package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.Broker;
import io.github.camelroboflow.app.Program;
import io.github.camelroboflow.faults.Webhook.Mood;
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
class KilledProgramTest {

    private static final int KILLS = Scale.of(5, 50);
    private static final int IMAGES = Scale.of(60, 2000);
    private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

    @TempDir
    Path data;
    private final Random random = new Random(SEED);
    private final List<Duration> recovery = new ArrayList<>();
    private int inWork;

    @Test
    void killedAtRandomInstantsItLosesNoImage() {
        Site site = proof(Setups.toFolders(), life -> { }, (it, program) -> it.finish(program, Duration.ofMinutes(2)));

        site.assertFiled();
        site.assertResultsInFolders();
        figures("killed", site).print();
    }

    /** In every other life of the program the receiver of webhooks is out of order, so that there is something in the outbox. */
    @Test
    void killedAtRandomInstantsItLosesNothingThatIsForOthers() {
        try (Broker broker = Broker.artemis(data).start(); Webhook webhook = new Webhook(Duration.ofSeconds(5))) {
            Site site = proof(Setups.toAll(data, broker, webhook),
                    life -> webhook.becomes(life % 2 == 0 && life < KILLS ? Mood.BROKEN : Mood.WELL),
                    (it, program) -> it.finish(program, webhook::receipts));

            site.assertFiled();
            site.assertResultsInFolders();
            Receipts queues = Setups.receipts(broker);
            queues.assertEachImageCame(site.images());
            webhook.receipts().assertEachImageCame(site.images());
            figures("with folders, queues and webhooks killed", site).add("queues: %s", queues.repeats())
                    .add("webhooks: %s", webhook.receipts().repeats()).print();
        }
    }

    private Figures figures(String killed, Site site) {
        return new Figures(killed + " " + KILLS + " times (seed " + SEED + ")").filed(site)
                .add("%d found in work after a kill", inWork).add("all results complete").recovery(recovery);
    }

    private Site proof(Map<String, String> setup, IntConsumer beforeLife, BiConsumer<Site, Program> finish) {
        System.out.println("KilledProgramTest: -Dfaults.seed=" + SEED);
        Site site = new Site(data, Images.someDamaged(IMAGES));
        int atATime = IMAGES / (KILLS + 1);
        for (int kill = 0; kill < KILLS; kill++) {
            beforeLife.accept(kill);
            startAndKill(site, setup, site.images().subList(kill * atATime, (kill + 1) * atATime));
        }
        beforeLife.accept(KILLS);
        site.drop(site.images().subList(KILLS * atATime, IMAGES));
        int before = site.finished();
        try (Program program = site.start(setup)) {
            recovery.add(site.untilMoreThan(before, program));
            finish.accept(site, program);
        }
        return site;
    }

    /** Three of four kills come while images are worked on, the others at any time from the start. */
    private void startAndKill(Site site, Map<String, String> setup, List<Image> next) {
        site.drop(next);
        int before = site.finished();
        try (Program program = site.start(setup)) {
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
