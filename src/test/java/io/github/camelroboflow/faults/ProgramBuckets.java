package io.github.camelroboflow.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.S3Server;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The buckets of one program, the images that are put into one of them, and the checks of the results at the end. */
final class ProgramBuckets {

    private static final String IMAGES = "images";
    private static final String RESULTS = "results";

    private final S3Server s3;
    private final List<InputImage> images;

    ProgramBuckets(S3Server s3, List<InputImage> images) {
        this.s3 = s3;
        this.images = images;
        s3.client().createBucket(request -> request.bucket(IMAGES));
        s3.client().createBucket(request -> request.bucket(RESULTS));
    }

    void put(List<InputImage> some) {
        some.forEach(image -> s3.put(IMAGES, "inbox/" + image.name(), image.content()));
    }

    ProgramProcess start(Path folder, Map<String, String> properties) {
        return ProgramProcess.start(folder, properties,
                Map.of("AWS_ACCESS_KEY_ID", S3Server.KEY_ID, "AWS_SECRET_ACCESS_KEY", S3Server.SECRET));
    }

    private List<String> keys(String prefix) {
        return s3.keys(IMAGES).stream().filter(key -> key.startsWith(prefix)).map(key -> key.substring(prefix.length())).toList();
    }

    /** Returns the number of images that are finished or almost finished. */
    int finished() {
        return keys("done/").size() + (int) keys("failed/").stream().filter(key -> !key.endsWith(".error.json")).count();
    }

    /** Waits until all images are finished and all results are there, and then ends the program as Ctrl-C does. */
    void finish(ProgramProcess program) {
        ProgramFolders.waitFor(program).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            assertThat(keys("inbox/")).as(program.output()).isEmpty();
            assertThat(s3.keys(RESULTS)).as(program.output()).hasSize((int) images.stream().filter(InputImage::isGood).count());
        });
        program.interrupt();
        program.exitCode();
    }

    /** Checks that every image is in the right place once, and that its complete result is in the other bucket. */
    void assertFiled() {
        List<InputImage> good = images.stream().filter(InputImage::isGood).toList();
        assertThat(keys("done/")).containsExactlyInAnyOrderElementsOf(good.stream().map(InputImage::name).toList());
        assertThat(keys("failed/")).containsExactlyInAnyOrderElementsOf(images.stream().filter(image -> !image.isGood())
                .map(InputImage::name).flatMap(name -> Stream.of(name, name + ".error.json")).toList());
        assertThat(s3.keys(IMAGES)).allMatch(key -> key.startsWith("done/") || key.startsWith("failed/"));
        assertThat(s3.keys(RESULTS)).containsExactlyInAnyOrderElementsOf(good.stream().map(ProgramBuckets::result).toList());
        for (InputImage image : good) {
            WrittenResults.assertComplete(s3.read(RESULTS, result(image)), image.name(), image.parts().orElseThrow());
        }
    }

    private static String result(InputImage image) {
        return image.parts().orElseThrow().choice() + "/" + image.name() + ".json";
    }

    /** Checks, during the fault, that only damaged images have failed. */
    void assertOnlyDamagedFailed(ProgramProcess program) {
        List<String> failed = keys("failed/");
        assertThat(images.stream().filter(InputImage::isGood).map(InputImage::name).filter(failed::contains)
                .map(name -> s3.read(IMAGES, "failed/" + name + ".error.json"))).as(program.output()).isEmpty();
    }
}
