package io.github.camelroboflow.hosted.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.hosted.fake.FakeWeights;
import io.github.camelroboflow.hosted.fake.HugeJson;
import io.github.camelroboflow.hosted.fake.Reply;
import io.github.camelroboflow.hosted.http.ApiKey;
import io.github.camelroboflow.hosted.weights.ModelManifest.RemoteFile;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that a model's files are complete and checked after a download, from any address, or do not exist. */
class FetchedFilesIT extends ModelFetcherTestBase {

    /** The bytes that one attempt may read: more than systems keep in the buffers of a connection. */
    private static final long MAX_READ = 30_000_000;

    @Test
    void aDownloadThatBreaksOffIsBegunAgain() {
        detector();
        cloud.files.next(Behaviour.usual().cutHalfway()).next(Behaviour.reset()).next(Behaviour.status(503));
        fetch();

        assertWhole();
    }

    @Test
    void aDownloadThatBreaksOffEachTimeLeavesNothingAndTheNextStartSucceeds() {
        detector();
        cloud.files.always(Behaviour.usual().cutHalfway());
        assertThat(refused(RoboflowUnavailableException.class))
                .hasMessageStartingWith("Model 'my-project/3' can't be downloaded now: " + cloud.files.address())
                .hasMessageContaining("broke off");

        cloud.files.always(Behaviour.usual());
        fetch();
        assertWhole();
    }

    @Test
    void aDownloadThatStallsIsGivenUp() {
        detector();
        cloud.files.always(Behaviour.usual().stallHalfway());

        refused(RoboflowUnavailableException.class, () -> fetch(Duration.ofMillis(500)));
    }

    @Test
    void allOfItHasToEndInTime() {
        detector();
        cloud.files.delay(Duration.ofMillis(400));

        assertThat(catchThrowableOfType(RoboflowUnavailableException.class,
                () -> fetch(new ApiKey(FakeRoboflow.KEY), Duration.ofMillis(600))))
                .hasMessageContaining("within weightsTimeout=600 ms");
        assertNothingIsThere();
    }

    @Test
    void damagedWeightsAreFetchedAgainAndThenRefused() {
        detector();
        cloud.files.always(Behaviour.usual().body("other bytes"));
        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("arrived damaged")
                .hasMessageContainingAll("MD5", "after 4 attempts. Try again later");

        cloud.files.always(Behaviour.usual()).next(Behaviour.usual().truncated());
        fetch();
        assertWhole();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Sorry</html>", ""})
    void withoutChecksumsAFileThatIsNoneOfItsKindIsDamagedToo(String content) {
        cloud.older("det-letterbox", "yolov8n", "object-detection");
        cloud.files.always(Behaviour.usual().body(content));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("no complete ONNX file");
    }

    @Test
    void withoutChecksumsAFileThatEndsEarlyIsDamagedToo() {
        cloud.older("det-letterbox", "yolov8n", "object-detection");
        cloud.files.always(Behaviour.usual().chunked().truncated());

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("no complete ONNX file");
    }

    /** Regression: the file was read to its end before the connection was closed. */
    @ParameterizedTest
    @ValueSource(longs = {(2L << 30) + 1, 50L << 30})
    void ofAFileThatIsTooLargeByItsLengthNothingIsRead(long length) {
        AtomicLong read = new AtomicLong();
        detector();
        cloud.files.page("/det-letterbox/weights.onnx",
                request -> new Reply(200, Map.of(), length, () -> zeros(read), false));

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("more than 2048 MB");
        assertThat(read.get()).isLessThan(MAX_READ);
    }

    /** Regression: the file was read until weightsTimeout. */
    @Test
    void aFileWithoutEndIsReadToItsBound() {
        AtomicLong read = new AtomicLong();
        cloud.offer("yolov8", "object-detection", cloud.onnx("det-letterbox"));
        cloud.files.page("/det-letterbox/class_names.txt", 
                request -> new Reply(200, Map.of(), 1L << 40, () -> zeros(read), true));

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("more than 16 MB");
        assertThat(read.get()).isLessThan(RemoteFile.MAX_OTHER + MAX_READ);
    }

    /** Checks the same limit for bodies of other statuses. */
    @ParameterizedTest
    @ValueSource(ints = {302, 403, 404, 503})
    void ofARefusalOnlyTheBeginningIsRead(int status) {
        AtomicLong read = new AtomicLong();
        detector();
        cloud.files.page("/det-letterbox/weights.onnx", request -> new Reply(status,
                Map.of("Location", "/det-letterbox/weights.onnx"), 50L << 30, () -> zeros(read), false));

        refused(RoboflowUnavailableException.class);
        // at most six addresses or four attempts
        assertThat(read.get()).isLessThan(6 * MAX_READ);
    }

    private static InputStream zeros(AtomicLong read) {
        return new InputStream() {

            @Override
            public int read() {
                read.incrementAndGet();
                return 0;
            }

            @Override
            public int read(byte[] bytes, int from, int count) {
                read.addAndGet(count);
                return count;
            }
        };
    }

    @Test
    void noFolderIsRememberedOnceItWasFetched() {
        detector();
        fetch();
        assertThat(ModelFetcher.isFetching(folder())).isFalse();

        cloud.files.always(Behaviour.status(403));
        ModelFetcher fetcher = new ModelFetcher(settings(new ApiKey(FakeRoboflow.KEY)), LONG);
        assertThat(catchThrowable(() -> fetcher.fetch(MODEL, models.resolve("other")))).isNotNull();
        assertThat(ModelFetcher.isFetching(models.resolve("other"))).isFalse();
    }

    @Test
    void anAddressThatHoldsNoMoreIsUnavailable() {
        detector();
        cloud.files.always(Behaviour.body(403, "application/xml", "<Error>Request has expired</Error>".getBytes()));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContainingAll("HTTP 403", "try again");
    }

    @Test
    void aRedirectIsFollowedWithoutTheKey() {
        try (FakeRoboflow elsewhere = FakeRoboflow.start()) {
            detector();
            elsewhere.page("/w", request -> Reply.of(200, "x/y", FakeWeights.bytes(WEIGHTS)));
            cloud.files.page("/det-letterbox/weights.onnx", request -> Reply.of(302, "text/plain", new byte[0])
                    .header("Location", elsewhere.address() + "/w?sig=5ecre7"));
            fetch();

            assertWhole();
            assertThat(elsewhere.requests()).singleElement().satisfies(request -> {
                assertThat(request.header("Authorization")).isEmpty();
                assertThat(request.target()).isEqualTo("/w?sig=5ecre7");
            });
        }
    }

    @Test
    void redirectsWithoutAnEndAreGivenUp() {
        detector();
        cloud.files.always(Behaviour.redirect(302, "/round"));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("is redirected too often");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "", "http://user:pw@localhost/x"})
    void aRedirectToWhatIsNoAddressOfTheWebIsRefused(String location) {
        detector();
        cloud.files.always(Behaviour.redirect(301, location.isEmpty() ? "ftp://x/y" : location));

        assertThat(refused(RoboflowUnavailableException.class)).hasMessageContaining("redirects to an invalid address")
                .hasMessageNotContaining("pw@");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../evil.onnx", "/tmp/evil.onnx", "..\\evil.onnx", ".lock", "..", "", "a/b.txt", "C:evil",
        "new\nline", "weights.onnx\0"})
    void aNameThatLeavesTheFolderIsRefused(String name) {
        ObjectNode offered = cloud.onnx("det-letterbox");
        ((ArrayNode) offered.path("packageFiles")).addObject().put("fileHandle", name)
                .put("downloadUrl", cloud.files.address() + "/x");
        cloud.offer("yolov8", "object-detection", offered);

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("whose name is not allowed");
        assertThat(cloud.files.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "/relative", "", "jar:http://x!/y", "not an address"})
    void aFileThatIsNotOnTheWebIsRefused(String address) {
        ObjectNode offered = cloud.onnx("det-letterbox");
        ((ArrayNode) offered.path("packageFiles")).addObject().put("fileHandle", "x.txt").put("downloadUrl", address);
        cloud.offer("yolov8", "object-detection", offered);

        assertThat(refused(ModelPackageException.class))
                .hasMessageContaining("the address of its file x.txt is no http or https address");
    }

    @Test
    void twoFilesOfOneNameAreRefused() {
        ObjectNode offered = cloud.onnx("det-letterbox");
        ((ArrayNode) offered.path("packageFiles")).addObject().put("fileHandle", "Weights.onnx")
                .put("downloadUrl", cloud.files.address() + "/x");
        cloud.offer("yolov8", "object-detection", offered);

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("two files Weights.onnx");
    }

    @Test
    void weightsLargerThanAnyAreNotBegun() {
        detector();
        cloud.files.page("/det-letterbox/weights.onnx",
                request -> new Reply(200, Map.of(), 3L << 30, FetchedFilesIT::zeros, false));

        assertThat(refused(ModelPackageException.class)).hasMessageContaining("more than 2048 MB");
    }

    private static InputStream zeros() {
        return new InputStream() {
            @Override
            public int read() {
                return 0;
            }
        };
    }

    @Test
    void otherFilesThatDoNotEndAreGivenUp() {
        detector();
        cloud.files.page("/det-letterbox/class_names.txt", request -> HugeJson.reply(40_000_000).inChunks());

        assertThat(refused(ModelPackageException.class)).hasMessageContainingAll("class_names.txt", "more than 16 MB");
    }
}
