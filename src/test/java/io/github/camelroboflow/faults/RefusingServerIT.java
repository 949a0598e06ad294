package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inference server answers each request with 429 for a while. */
class RefusingServerIT {

    private static final int IMAGES = FaultTestScale.of(40, 2000);
    private static final Duration REFUSAL = FaultTestScale.of(Duration.ofSeconds(3), Duration.ofMinutes(1));
    private static final Behaviour TOO_MANY = Behaviour.status(429).header("Retry-After", FaultTestScale.of("1", "10"));
    private static final String A_GEAR = """
            {"inference_id":"1","time":0.01,"image":{"width":320,"height":226},"predictions":[{"x":120.0,"y":90.0,"width":60.0,
            "height":60.0,"confidence":0.9,"class":"gear","class_id":2,"detection_id":"2"}]}""";

    @TempDir
    Path data;

    @Test
    void aServerThatAnswers429DelaysImagesButNoImageFails() {
        ProgramFolders site = new ProgramFolders(data, ImageGenerator.of(ImageSubject.GEARS, IMAGES));
        try (FakeRoboflow server = FakeRoboflow.start().answer(FakeRoboflow.MODEL, A_GEAR);
             ProgramProcess program = site.start(ProgramSetups.hosted(server))) {
            site.drop(site.images().subList(0, IMAGES / 2));
            site.untilMoreThan(IMAGES / 4, program);

            server.always(TOO_MANY);
            site.drop(site.images().subList(IMAGES / 2, IMAGES));
            int requests = server.requests().size();
            await().until(() -> server.requests().size() > requests);
            assertThat(program.endsWithin(REFUSAL.toMillis())).as(program.output()).isFalse();
            int refused = server.requests().size() - requests;
            assertThat(site.files("failed")).isEmpty();

            int before = site.finished();
            server.always(Behaviour.usual());
            Duration recovery = site.untilMoreThan(before, program);
            site.finish(program);

            site.assertFiled();
            site.assertResultsInFolders();
            new ReportLine("429 from the inference server for " + REFUSAL.toSeconds() + " s").filed(site)
                    .add("%d requests refused, %d in all", refused, server.requests().size()).add("all results complete")
                    .recovery(List.of(recovery)).print();
        }
    }
}
