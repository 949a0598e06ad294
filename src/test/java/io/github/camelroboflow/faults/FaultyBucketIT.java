package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.faults.FaultyProxy.Mood;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The S3 server of images and results answers 503, then cuts downloads half-way, then rejects the credentials as expired, then
 * executes requests without an answer. Between these faults it works.
 */
class FaultyBucketIT {

    private static final List<Mood> MOODS = List.of(Mood.UNAVAILABLE, Mood.CUT, Mood.EXPIRED, Mood.UNANSWERED);
    private static final int IMAGES = FaultTestScale.of(50, 2000);
    private static final Duration UNWELL = FaultTestScale.of(Duration.ofSeconds(1), Duration.ofSeconds(30));

    @TempDir
    Path data;

    @Test
    void aFaultyBucketLosesNoImageAndNoResult() {
        List<Duration> recovery = new ArrayList<>();
        try (S3Server s3 = new S3Server(data).start(); FaultyProxy proxy = new FaultyProxy(s3.address())) {
            List<InputImage> images = ImageGenerator.someDamaged(IMAGES);
            ProgramBuckets site = new ProgramBuckets(s3, images);
            int atATime = IMAGES / (MOODS.size() + 1);
            site.put(images.subList(0, atATime));
            try (ProgramProcess program = site.start(data, ProgramSetups.fromBucket(data, s3, proxy))) {
                ProgramFolders.untilMoreThan(atATime / 2, program, site::finished);
                for (int i = 0; i < MOODS.size(); i++) {
                    proxy.becomes(MOODS.get(i));
                    site.put(images.subList((i + 1) * atATime, i + 1 == MOODS.size() ? IMAGES : (i + 2) * atATime));
                    assertThat(program.endsWithin(UNWELL.toMillis())).as(program.output()).isFalse();
                    site.assertOnlyDamagedFailed(program);
                    int before = site.finished();
                    proxy.becomes(Mood.WELL);
                    recovery.add(ProgramFolders.untilMoreThan(before, program, site::finished));
                }
                site.finish(program);

                site.assertFiled();
                new ReportLine("bucket " + MOODS + " for " + UNWELL.toSeconds() + " s each").filed(images)
                        .add("%d requests went wrong", proxy.spoilt()).add("all results complete").recovery(recovery).print();
            }
        }
    }

    /** The second try found its own copy and report, treated them as other images', and wrote both again under another name. */
    @Test
    void aWriteWhoseAnswerWasLostWasDoneTwice() {
        try (S3Server s3 = new S3Server(data).start(); FaultyProxy proxy = new FaultyProxy(s3.address())) {
            List<InputImage> images = ImageGenerator.someDamaged(20);
            ProgramBuckets site = new ProgramBuckets(s3, images);
            proxy.becomes(Mood.WRITES_UNANSWERED);
            site.put(images);
            try (ProgramProcess program = site.start(data, ProgramSetups.fromBucket(data, s3, proxy))) {
                await().until(() -> site.finished() >= 1);

                proxy.becomes(Mood.WELL);
                site.finish(program);

                site.assertFiled();
            }
        }
    }
}
