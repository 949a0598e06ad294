package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.bucket.WatchedBucket.FIRST;
import static io.github.camelroboflow.app.bucket.WatchedBucket.SECOND;
import static io.github.camelroboflow.app.bucket.WatchedBucket.health;
import static io.github.camelroboflow.app.fixture.QuirkyRelay.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.QuirkyRelay;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.inference.ImageSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.camel.health.HealthCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Buckets whose servers do not all that S3Proxy does, or not as it does, with objects of which one is not like the others. */
class BucketQuirksIT extends BucketTestBase {

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private QuirkyRelay odd;

    @BeforeEach
    void standBefore() {
        odd = new QuirkyRelay(s3());
    }

    @AfterEach
    void stop() {
        odd.close();
    }

    private S3Server s3() {
        return (S3Server) bucket.server();
    }

    private WatchedFolder route() {
        return route(image -> { });
    }

    private WatchedFolder route(Consumer<ImageSource> script) {
        return bucket.route(image -> {
            seen.add(image.name());
            script.accept(image);
        }).with("s3.endpoint", odd.address());
    }

    private void awaitKeys(String... keys) {
        await().untilAsserted(() -> assertThat(bucket.keys()).as(odd.requests().toString())
                .containsExactly(keys));
    }

    /** The whole bucket was suspended again and again for one archived object, which never failed. */
    @ParameterizedTest
    @CsvSource({"GET, 403 Forbidden, InvalidObjectState, The operation is not valid for the object's storage class",
            "GET, 403 Forbidden, AccessDenied, no access to this key",
            "GET, 403 Forbidden, SignatureDoesNotMatch, compute other signatures for names such as a//b.jpg",
            "GET, 400 Bad Request, KMS.DisabledException, the key is disabled",
            "GET, 400 Bad Request, InvalidRequest, The object was stored using a form of Server Side Encryption",
            "GET, 412 Precondition Failed, PreconditionFailed, never",
            "GET, 500 Internal Server Error, InternalError, of this object"})
    void anObjectThatCanNotBeReadFailsByItself(String method, String status, String code, String message) {
        odd.refusing(line(method + " /images/inbox/cold\\.jpg"), status, code, message);
        bucket.put("inbox/cold.jpg", FIRST);
        bucket.put("inbox/good.jpg", SECOND);
        try (WatchedFolder route = route().start()) {
            await().until(() -> bucket.keys().contains("failed/cold.jpg.error.json"));

            assertThat(bucket.read("failed/cold.jpg.error.json")).contains(code, message, "\"attempts\" : 3");
            assertThat(bucket.keys()).contains("done/good.jpg");
            bucket.put("inbox/later.jpg", SECOND);
            await().until(() -> bucket.keys().contains("done/later.jpg"));
            assertThat(health(route, "watch-bucket").getState()).isEqualTo(HealthCheck.State.UP);
            assertThat(seen).containsExactlyInAnyOrder("good.jpg", "later.jpg");
        }
    }

    /** A right that is missing, a key that is disabled for the whole bucket: an outage. */
    @ParameterizedTest
    @CsvSource({"AccessDenied, the right s3:GetObject (and s3:ListBucket", "SignatureDoesNotMatch, check the secret key"})
    void whatCanNotBeReadAsOthersCanNotStaysAndTheServersWordsAreTold(String code, String advice) {
        odd.refusing(line("GET /images/inbox/"), "403 Forbidden", code, "not authorized to perform: s3:GetObject");
        bucket.put("inbox/a.jpg", FIRST);
        bucket.put("inbox/b.jpg", SECOND);
        try (WatchedFolder route = route().start()) {
            await().until(() -> health(route, "watch-bucket").getState() == HealthCheck.State.DOWN);

            assertThat(health(route, "watch-bucket").getMessage().orElseThrow()).contains(code,
                    "not authorized to perform: s3:GetObject", advice);
            assertThat(bucket.keys()).containsExactly("inbox/a.jpg", "inbox/b.jpg");
            odd.forget();

            awaitKeys("done/a.jpg", "done/b.jpg");
        }
    }

    /** S3Proxy computes another signature for such a key than clients do, and the whole bucket stood still. */
    @Test
    void aKeyWhoseSignatureNeverMatchesStopsNoOther() {
        odd.changing(line("GET /images\\?"), answer -> answer.replace("slash.jpg", "/slash.jpg"));
        bucket.put("inbox/good.jpg", FIRST);
        bucket.put("inbox/slash.jpg", SECOND);
        try (WatchedFolder route = route().start()) {
            await().until(() -> odd.count(line("GET /images/inbox/%2Fslash")) >= 3);
            bucket.put("inbox/later.jpg", FIRST);
            awaitKeys("done/good.jpg", "done/later.jpg", "inbox/slash.jpg");

            assertThat(health(route, "watch-bucket").getState()).isEqualTo(HealthCheck.State.UP);
            assertThat(seen).containsExactly("good.jpg", "later.jpg");
        }
    }

    /** It was filed in done, never deleted, and delivered again every second, without a line. */
    @ParameterizedTest
    @ValueSource(strings = {"W/\"$1\"", "\"$1-2\"", "\"another\""})
    void anObjectOfWhichAReadTellsAnotherEtagThanAListingIsDoneOnce(String etag) {
        odd.changing(line("(GET|HEAD) /images/inbox/"), answer -> answer.replaceAll("(?im)^etag: \"(.*)\"", "ETag: " + etag));
        odd.changing(line("GET /images\\?"), answer -> answer);
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = route().start()) {
            awaitKeys("done/a.jpg");
            bucket.put("inbox/b.jpg", FIRST);
            awaitKeys("done/a.jpg", "done/b.jpg");

            assertThat(seen).containsExactly("a.jpg", "b.jpg");
        }
    }

    /** It was listed twice and fetched once a second, without a line. */
    @Test
    void anObjectThatIsReadOnNoConditionIsDone() {
        odd.refusing(line("GET /images/inbox/").and(head -> head.toLowerCase().contains("if-match:")),
                "412 Precondition Failed", "PreconditionFailed", "At least one of the pre-conditions did not hold");
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = route().start()) {
            awaitKeys("done/a.jpg");

            assertThat(seen).containsExactly("a.jpg");
        }
    }

    /** It was delivered again and again. */
    @Test
    void anObjectThatIsThereAgainAfterItWasDeletedIsLeft() {
        odd.refusing(line("DELETE /images/inbox/a"), "200 OK", "none", "none");
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = route().start()) {
            await().until(() -> odd.count(line("DELETE /images/inbox/a")) == 2);
            bucket.put("inbox/b.jpg", SECOND);
            awaitKeys("done/a.jpg", "done/b.jpg", "inbox/a.jpg");

            assertThat(seen).containsExactly("a.jpg", "b.jpg");
        }
    }

    /** 25 requests a second were made for them, without a line. */
    @Test
    void deletedObjectsThatAreStillListedAreLookedForLessAndLessOften() {
        bucket.put("inbox/a.jpg", FIRST);
        odd.refusing(line("(GET|HEAD) /images/inbox/a"), "404 Not Found", "NoSuchKey", "it is gone");
        try (WatchedFolder route = route().start()) {
            await().until(() -> odd.count(line("GET /images/inbox/a")) == 3);
            bucket.put("inbox/b.jpg", SECOND);
            await().until(() -> bucket.keys().contains("done/b.jpg"));

            assertThat(odd.count(line("GET /images/inbox/a"))).isLessThanOrEqualTo(4);
            assertThat(seen).containsExactly("b.jpg");
        }
    }

    /** A key or what is with an object, which the server does not take, stopped the bucket. */
    @Test
    void anObjectThatCanNotBeFiledIsLeftAndOthersGoOn() {
        odd.refusing(line("PUT /images/done/odd"), "400 Bad Request", "InvalidURI", "no such name");
        bucket.put("inbox/odd.jpg", FIRST);
        bucket.put("inbox/z.jpg", SECOND);
        try (WatchedFolder route = route().start()) {
            awaitKeys("done/z.jpg", "inbox/odd.jpg");
            bucket.put("inbox/later.jpg", SECOND);
            awaitKeys("done/later.jpg", "done/z.jpg", "inbox/odd.jpg");
            await().until(() -> odd.count(line("PUT /images/done/odd")) >= 6);

            assertThat(seen).containsExactlyInAnyOrder("odd.jpg", "z.jpg", "later.jpg");
        }
    }

    /** The whole bucket stood still, also after a restart. */
    @ParameterizedTest
    @ValueSource(strings = {"400 Bad Request, MetadataTooLarge", "403 Forbidden, SignatureDoesNotMatch"})
    void anObjectWhoseMetadataIsRefusedIsFiledWithoutIt(String refusal) {
        odd.refusing(line("PUT /images/done/").and(head -> head.toLowerCase().contains("x-amz-meta-owner")),
                refusal.split(", ")[0], refusal.split(", ")[1], "refused");
        s3().client().putObject(request -> request.bucket("images").key("inbox/a.jpg").metadata(java.util.Map.of("owner", "x")),
                software.amazon.awssdk.core.sync.RequestBody.fromBytes(FIRST));
        try (WatchedFolder route = route().start()) {
            awaitKeys("done/a.jpg");

            assertThat(seen).containsExactly("a.jpg");
        }
    }

    /** A bucket that retains its objects refused them, and nothing was ever filed. */
    @Test
    void whatIsPutHasAChecksumAndIsSentAsItIs() {
        odd.refusing(line("PUT ").and(head -> !head.toLowerCase().contains("content-md5:")), "400 Bad Request", "InvalidRequest",
                "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters");
        odd.refusing(line("PUT ").and(head -> head.contains("STREAMING") || head.contains("aws-chunked")),
                "501 Not Implemented", "NotImplemented", "Transfering payloads in multiple chunks is not supported.");
        bucket.put("inbox/a.jpg", FIRST);
        bucket.put("inbox/empty.jpg", new byte[0]);
        try (WatchedFolder route = route().start()) {
            awaitKeys("done/a.jpg", "done/empty.jpg");
        }
    }

    /** Each counted as a failure of its image, and all of them were moved to failed. */
    @ParameterizedTest
    @ValueSource(strings = {"403 Forbidden", "503 Slow Down"})
    void requestsAboutDoneThatFailEmptyNoInbox(String status) {
        try (WatchedFolder route = route().start()) {
            bucket.put("inbox/a.jpg", FIRST);
            awaitKeys("done/a.jpg");
            odd.refusing(line("HEAD /images/done/"), status, "none", "none");
            bucket.put("inbox/b.jpg", SECOND);
            bucket.put("inbox/c.jpg", SECOND);
            await().until(() -> health(route, "watch-bucket").getState() == HealthCheck.State.DOWN);

            assertThat(bucket.keys()).contains("inbox/b.jpg", "inbox/c.jpg");
            odd.forget();
            awaitKeys("done/a.jpg", "done/b.jpg", "done/c.jpg");
        }
    }

    /** They were all that was asked whether others can be read, and so the bucket passed for down. */
    @Test
    void severalObjectsThatCanNotBeReadFailByThemselves() {
        odd.refusing(line("GET /images/inbox/a"), "400 Bad Request", "KMS.DisabledException", "the key is disabled");
        for (int i = 1; i <= 6; i++) {
            bucket.put("inbox/a" + i + ".jpg", FIRST);
        }
        bucket.put("inbox/z.jpg", SECOND);
        try (WatchedFolder route = route().with("outage.retryAfter", "100").with("outage.maxRetryAfter", "100").start()) {
            await().until(() -> bucket.keys().stream().noneMatch(key -> key.startsWith("inbox/")));

            assertThat(bucket.keys()).hasSize(13).contains("done/z.jpg", "failed/a1.jpg", "failed/a6.jpg.error.json");
        }
    }

    /** It had failed by itself in three seconds. */
    @Test
    void anImageThatIsAloneWaitsForAServerThatHasLostTheContents() {
        odd.refusing(line("GET /images/inbox/a"), "500 Internal Server Error", "InternalError", "a volume is down");
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = route().start()) {
            await().until(() -> health(route, "watch-bucket").getState() == HealthCheck.State.DOWN);
            odd.forget();

            awaitKeys("done/a.jpg");
        }
    }

    /** It stayed in the inbox, without a line. */
    @Test
    void anImageThatIsTooLargeAndComesAgainIsFiledAgain() {
        try (WatchedFolder route = route().with("s3.maxSize", "4B").start()) {
            for (int i = 0; i < 2; i++) {
                bucket.put("inbox/large.jpg", FIRST);
                awaitKeys("failed/large.jpg", "failed/large.jpg.error.json");
            }
        }
    }

    /** It counted as done, since it had been listed before another one took its place. */
    @Test
    void anImageThatWasReplacedBeforeItWasTakenIsNotRemembered() {
        bucket.put("inbox/a.jpg", FIRST);
        String first = etag("inbox/a.jpg");
        bucket.put("inbox/a.jpg", "other".getBytes());
        String other = etag("inbox/a.jpg");
        odd.changing(line("GET /images\\?(?!.*max-keys=1&)"), answer -> odd.count(line("GET /images/inbox/a")) < 2
                ? answer.replace(other, first) : answer);
        Queue<String> contents = new ConcurrentLinkedQueue<>();
        try (WatchedFolder route = route(image -> contents.add(WatchedBucket.content(image))).with("s3.after", "leave").start()) {
            await().until(() -> contents.contains("other"));
            bucket.put("inbox/a.jpg", FIRST);

            await().until(() -> contents.contains("first"));
            assertThat(contents).containsExactly("other", "first");
        }
    }

    private String etag(String key) {
        return s3().client().headObject(request -> request.bucket("images").key(key)).eTag().replace("\"", "");
    }

    /** Its results were delivered before that was known. */
    @ParameterizedTest
    @ValueSource(strings = {"PUT /images/done/", "DELETE /images/inbox/"})
    void noImageIsTakenWhileNoneCouldBeMoved(String request) {
        odd.refusing(line(request), "403 Forbidden", "AccessDenied", "not allowed by the policy");
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = route().start()) {
            await().until(() -> health(route, "bucket-listing").getState() == HealthCheck.State.DOWN);

            assertThat(health(route, "bucket-listing").getMessage().orElseThrow()).contains("not allowed by the policy",
                    request.startsWith("PUT") ? "s3:PutObject" : "s3:DeleteObject");
            assertThat(List.copyOf(seen)).isEmpty();
            odd.forget();
            awaitKeys("done/a.jpg");
        }
    }

    /** It was known after the results were delivered. */
    @ParameterizedTest
    @CsvSource({"501 Not Implemented, NotImplemented", "405 Method Not Allowed, MethodNotAllowed"})
    void aServerThatHasNoTagsStopsTheStart(String status, String code) {
        odd.refusing(line("PUT /images/[^ ]*\\?tagging"), status, code, "there are no tags here");
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = route().with("s3.after", "tag")) {
            assertThatThrownBy(route::start).hasStackTraceContaining("s3.after=tag can't be used")
                    .hasStackTraceContaining("there are no tags here").hasStackTraceContaining("choose s3.after=move");
        }
        assertThat(bucket.keys()).containsExactly("inbox/a.jpg");
    }

    /** Thumbnails of a NAS, and what Macs leave beside a file, were taken as images. */
    @Test
    void whatIsNoImageByItsPlaceOrNameIsLeftAlone() {
        for (String name : List.of("@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "line/._a.jpg", ".Trashes/b.jpg", ".a.jpg.Xy12ab")) {
            bucket.put("inbox/" + name, FIRST);
        }
        bucket.put("inbox/line/z.jpg", SECOND);
        try (WatchedFolder route = route().start()) {
            await().until(() -> bucket.keys().contains("done/line/z.jpg") && bucket.keys().size() == 5);

            assertThat(bucket.keys()).contains("inbox/line/._a.jpg", "inbox/.Trashes/b.jpg");
            assertThat(seen).containsExactly("line/z.jpg");
        }
    }

    /** Every image was in failed, for a bucket that takes none. */
    @Test
    void aBucketForResultsThatTakesNoneIsAnOutageInItsOwnWords() {
        odd.refusing(line("PUT /results/"), "400 Bad Request", "InvalidRequest", "Object Lock parameters are missing");
        s3().client().createBucket(request -> request.bucket("results"));
        RoutingTable table = new RoutingTable().when("none", "kamelet:s3?bucket=results");
        bucket.put("inbox/a.jpg", FIRST);
        try (WatchedFolder route = route().with(table).start()) {
            awaitKeys("done/a.jpg");
            await().until(() -> odd.count(line("PUT /results/")) > 1);
            odd.forget();

            await().until(() -> s3().keys("results").size() == 1);
        }
    }

    /** It was told to check s3.region. */
    @Test
    void aBucketThatTakesNoObjectIsAnOutageInItsOwnWords() {
        odd.refusing(line("PUT /images/"), "400 Bad Request", "InvalidBucketState", "The bucket is frozen");
        bucket.put("inbox/a.jpg", FIRST);
        bucket.put("inbox/b.jpg", FIRST);
        try (WatchedFolder route = route().start()) {
            await().until(() -> health(route, "bucket-listing").getState() == HealthCheck.State.DOWN);

            assertThat(health(route, "bucket-listing").getMessage().orElseThrow())
                    .contains("InvalidBucketState: The bucket is frozen");
            odd.forget();
            awaitKeys("done/a.jpg", "done/b.jpg");
            assertThat(seen).hasSize(2);
        }
    }

    /** Its page was asked for again at once, and for ever. */
    @Test
    void aListingThatEndsBeforeItsEndIsBegunAgain() {
        odd.changing(line("GET /images\\?"), answer -> answer.replace("<IsTruncated>false", "<IsTruncated>true"));
        bucket.put("inbox/notes.txt", FIRST);
        try (WatchedFolder route = route().start()) {
            await().until(() -> odd.count(line("GET /images\\?")) > 3);
            bucket.put("inbox/a.jpg", SECOND);
            awaitKeys("done/a.jpg", "inbox/notes.txt");
        }
    }

    @Test
    void whatIsNoListIsToldAsThat() {
        odd.changing(line("GET /images\\?"), answer -> QuirkyRelay.answer("200 OK", "<html><body>Welcome</body></html>"));
        try (WatchedFolder route = route().start()) {
            await().until(() -> health(route, "bucket-listing").getState() == HealthCheck.State.DOWN);

            assertThat(health(route, "bucket-listing").getMessage().orElseThrow()).contains("is no list of a bucket");
            assertThat(List.copyOf(seen)).isEmpty();
        }
    }

    /** They were passed over for ever, without a word: some gateways tell no etag, as here of files laid into its folder. */
    @ParameterizedTest
    @CsvSource({"move, done/a.jpg", "leave, inbox/a.jpg"})
    void objectsWithoutAnEtagAreTakenOnceAndFinished(String after, String end) throws IOException {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Path inbox = Files.createDirectories(data.resolve("buckets/images/inbox"));
        // or the server would remove the folder with its last object
        Files.write(inbox.resolve("notes.txt"), FIRST);
        Files.write(inbox.resolve("a.jpg"), FIRST);
        assertThat(s3().client().listObjectsV2(request -> request.bucket("images").prefix("inbox/a")).contents())
                .singleElement().extracting(S3Object::eTag).isNull();
        for (int run = 0; run < 2; run++) {
            String later = run + ".jpg";
            try (WatchedFolder route = bucket.route(image -> seen.add(image.name())).with("s3.after", after).start()) {
                await().until(() -> seen.contains("a.jpg"));
                // which comes behind it in a listing that found it again
                Files.move(Files.write(data.resolve(later), SECOND), inbox.resolve("b" + later));
                await().until(() -> seen.contains("b" + later));
            }
        }

        assertThat(seen).containsExactly("a.jpg", "b0.jpg", "b1.jpg");
        assertThat(bucket.keys()).contains(end).hasSize(4);
    }
}
