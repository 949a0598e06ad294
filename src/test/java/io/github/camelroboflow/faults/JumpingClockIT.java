package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.faults.FaultyWebhook.Mood;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The clock is set forwards and backwards while the program works, as on a machine that synchronizes its time late. libfaketime
 * (Debian's package {@code faketime}) changes the clock of the program, since a test must not set the machine's clock. The
 * monotonic clock is not changed, as when a real clock is set.
 */
class JumpingClockIT {

    private static final int IMAGES = FaultTestScale.of(60, 2000);
    private static final List<Integer> HOURS = FaultTestScale.of(List.of(25, -25), List.of(1, -1, 25, -25, 10_001, -10_001, 0));
    private static final List<Integer> WITHIN_A_DAY = FaultTestScale.of(List.of(22, -1), List.of(1, -1, 20, -2, 21, 0));
    /** Time until a change takes effect, since the library reads its file once a second. */
    private static final Duration TAKES_EFFECT = Duration.ofMillis(2500);
    private static final List<Path> LIBRARIES = List.of(Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
            Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

    @TempDir
    Path data;
    private Path clock;

    @BeforeEach
    void clockIsOurs() throws IOException {
        clock = data.resolve("clock");
        set("+0h");
    }

    private Map<String, String> environment() {
        Path library = LIBRARIES.stream().filter(Files::exists).findFirst().orElse(null);
        Assumptions.assumeTrue(library != null, "not shown here, since libfaketime is not installed: a jumping clock");
        return Map.of("LD_PRELOAD", library.toString(), "FAKETIME_TIMESTAMP_FILE", clock.toString(), "FAKETIME_CACHE_DURATION", "1",
                "FAKETIME_DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0", "NO_FAKE_STAT", "1");
    }

    /** Sets the difference to the true time. */
    private void set(String difference) throws IOException {
        Path next = Files.writeString(data.resolve("clock.next"), difference);
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aClockThatJumpsLosesNoImageAndStopsNoWork() throws IOException {
        ProgramFolders site = new ProgramFolders(data, ImageGenerator.someDamaged(IMAGES));
        int atATime = IMAGES / (HOURS.size() + 1);
        Map<String, String> properties = ProgramSetups.toFolders();
        // the program reads the files' times
        properties.put("inbox.unchangedFor", FaultTestScale.of("300", "2s"));
        try (ProgramProcess program = site.start(properties, environment())) {
            site.drop(site.images().subList(0, atATime));
            site.untilMoreThan(atATime / 2, program);
            for (int jump = 0; jump < HOURS.size(); jump++) {
                int from = (jump + 1) * atATime;
                set(String.format("%+dh", HOURS.get(jump)));
                site.drop(site.images().subList(from, from + atATime / 2));
                assertThat(program.endsWithin(TAKES_EFFECT.toMillis())).as(program.output()).isFalse();
                site.drop(site.images().subList(from + atATime / 2, jump + 1 == HOURS.size() ? IMAGES : from + atATime));
                site.untilMoreThan(from + atATime * 3 / 4, program);
            }
            site.finish(program);
            assertThat(HOURS).as(program.output()).allMatch(hours -> loggedAtWrongTime(program.output(), hours));
        }

        site.assertFiled();
        site.assertResultsInFolders();
        new ReportLine("clock wrong by " + HOURS + " hours, one after the other").filed(site).add("all results complete").print();
    }

    /**
     * The database has the time of the next try and the deadline of each outbox message. (If a clock is set ahead by more than
     * outbox.keepFor, three days, while a receiver is down, its outbox messages are given up after two more failures.)
     */
    @Test
    void aClockThatJumpsDelaysNoResultThatWaits() throws IOException {
        ProgramFolders site = new ProgramFolders(data, ImageGenerator.someDamaged(IMAGES));
        List<Duration> recovery = new ArrayList<>();
        int atATime = IMAGES / WITHIN_A_DAY.size();
        try (FaultyWebhook webhook = new FaultyWebhook(Duration.ofSeconds(5));
             ProgramProcess program = site.start(ProgramSetups.toWebhooks(data, webhook), environment())) {
            for (int jump = 0; jump < WITHIN_A_DAY.size(); jump++) {
                webhook.becomes(Mood.BROKEN);
                int to = jump + 1 == WITHIN_A_DAY.size() ? IMAGES : (jump + 1) * atATime;
                site.drop(site.images().subList(jump * atATime, to));
                site.awaitFinished(to, program);
                set(String.format("%+dh", WITHIN_A_DAY.get(jump)));
                assertThat(program.endsWithin(TAKES_EFFECT.toMillis())).as(program.output()).isFalse();
                int before = webhook.receipts().number();
                webhook.becomes(Mood.WELL);
                recovery.add(ProgramFolders.untilMoreThan(before, program, webhook.receipts()::number));
            }
            site.finish(program, webhook::receipts);

            site.assertFiled();
            webhook.receipts().assertEachImageCame(site.images());
            new ReportLine("clock wrong by " + WITHIN_A_DAY + " hours, one after the other, while a webhook answers 500")
                    .filed(site)
                    .add("all results complete").add(webhook.receipts().repeats()).recovery(recovery).print();
        }
    }

    /** Returns whether a damaged image was logged with the wrong time. */
    private static boolean loggedAtWrongTime(String output, int hours) {
        LocalTime wrong = LocalTime.now().plusHours(hours);
        return output.lines().filter(line -> line.contains("WARN")).map(line -> LocalTime.parse(line.substring(0, 8)))
                .anyMatch(time -> {
                    long minutes = Duration.between(time, wrong).abs().toMinutes();
                    // includes times around midnight
                    return Math.min(minutes, Duration.ofDays(1).toMinutes() - minutes) < 10;
                });
    }
}
