package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at random instants, while images come in. */
class KilledProgramTest {

    private static final int KILLS = Scale.of(3, 50);
    private static final int IMAGES = Scale.of(60, 2000);
    private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

    @TempDir
    Path data;
    private final Random random = new Random(SEED);
    private final List<Duration> recovery = new ArrayList<>();
    private int inWork;

    @Test
    void killedAtRandomInstantsItLosesNoImage() {
        System.out.println("KilledProgramTest: -Dfaults.seed=" + SEED);
        Site site = new Site(data, Images.someDamaged(IMAGES));
        int atATime = IMAGES / (KILLS + 1);
        for (int kill = 0; kill < KILLS; kill++) {
            startAndKill(site, site.images().subList(kill * atATime, (kill + 1) * atATime));
        }
        site.drop(site.images().subList(KILLS * atATime, IMAGES));
        int before = site.finished();
        try (Program program = site.start(Setups.toFolders())) {
            recovery.add(site.untilMoreThan(before, program));
            site.finish(program, Duration.ofMinutes(2));
        }

        site.assertFiled();
        site.assertResultsInFolders();
        new Figures("killed " + KILLS + " times (seed " + SEED + ")").filed(site).add("%d found in work after a kill", inWork)
                .add("all results complete").recovery(recovery).print();
    }

    /** Three of four kills come while images are worked on, the others at any time from the start. */
    private void startAndKill(Site site, List<Image> next) {
        site.drop(next);
        int before = site.finished();
        try (Program program = site.start(Setups.toFolders())) {
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
