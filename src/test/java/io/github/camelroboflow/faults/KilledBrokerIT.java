package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.Broker;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that keeps its messages on disk is killed by SIGKILL at random instants, and restarted some time later. */
class KilledBrokerIT {

    private static final int KILLS = FaultTestScale.of(2, 20);
    private static final int IMAGES = FaultTestScale.of(80, 2000);
    private static final Duration AWAY = FaultTestScale.of(Duration.ofMillis(500), Duration.ofSeconds(5));
    private static final long SEED = Long.getLong("faults.seed", System.nanoTime());

    @TempDir
    Path data;

    @Test
    void aBrokerThatDiesAndComesBackGetsEveryResult() {
        System.out.println("KilledBrokerIT: -Dfaults.seed=" + SEED);
        Random random = new Random(SEED);
        List<Duration> recovery = new ArrayList<>();
        ProgramFolders site = new ProgramFolders(data, ImageGenerator.someDamaged(IMAGES));
        int atATime = IMAGES / (KILLS + 1);
        try (Broker broker = Broker.artemis(data).start(); ProgramProcess program = site
                .start(ProgramSetups.toQueues(data, broker))) {
            for (int kill = 0; kill < KILLS; kill++) {
                List<InputImage> next = site.images().subList(kill * atATime, (kill + 1) * atATime);
                site.drop(next.subList(0, atATime / 2));
                site.untilMoreThan(kill * atATime + random.nextInt(atATime / 4), program);
                broker.close();
                List<InputImage> whileAway = next.subList(atATime / 2, atATime);
                site.drop(whileAway);
                // the program does not wait for the broker
                site.awaitFinished((kill + 1) * atATime, program);
                assertThat(program.endsWithin(AWAY.toMillis())).as(program.output()).isFalse();
                site.assertOnlyDamagedFailed(program);
                broker.start();
                recovery.add(ProgramFolders.untilMoreThan(0, program, () -> ProgramSetups.receipts(broker).numberOf(whileAway)));
            }
            site.drop(site.images().subList(KILLS * atATime, IMAGES));
            Duration rest = site.finish(program, () -> ProgramSetups.receipts(broker));

            site.assertFiled();
            ReceivedResults receipts = ProgramSetups.receipts(broker);
            receipts.assertEachImageCame(site.images());
            new ReportLine("broker killed " + KILLS + " times (seed " + SEED + "), away for " + AWAY.toMillis() + " ms each")
                    .filed(site).add("all results complete").add(receipts.repeats()).recovery(recovery)
                    .add("the rest delivered within %d s", rest.toSeconds()).print();
        }
    }
}
