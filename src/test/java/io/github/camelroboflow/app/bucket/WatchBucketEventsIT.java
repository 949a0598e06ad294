package io.github.camelroboflow.app.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.Gate;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.app.fixture.SqsServer;
import io.github.camelroboflow.delivery.source.ImageTally;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The shipped route that S3 tells of new objects, against S3Proxy and ElasticMQ. */
@ExtendWith(AwsCredentials.class)
class WatchBucketEventsIT {

    private static final byte[] A = "first".getBytes(StandardCharsets.UTF_8);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    @TempDir
    static Path servers;
    private static S3Server s3;
    private static SqsServer sqs;

    @TempDir
    Path data;

    @BeforeAll
    static void startServers() {
        s3 = new S3Server(servers).start();
        s3.client().createBucket(request -> request.bucket("images"));
        sqs = new SqsServer(servers).start();
    }

    @AfterAll
    static void stopServers() {
        s3.close();
        sqs.close();
    }

    @BeforeEach
    void createQueue() {
        sqs.client().createQueue(request -> request.queueName("images"));
    }

    /** Deletes the queue, so that the open poll of a stopped program can't receive messages of the next test. */
    @AfterEach
    void deleteQueueAndObjects() {
        sqs.client().deleteQueue(request -> request.queueUrl(sqs.queues() + "images"));
        s3.keys("images").forEach(key -> s3.client().deleteObject(request -> request.bucket("images").key(key)));
    }

    private WatchedFolder route(Consumer<ImageSource> script) {
        return program().with(new ScriptedEngine(script));
    }

    private WatchedFolder program() {
        WatchedFolder route = new WatchedFolder(data);
        properties().forEach(route::with);
        s3.properties(data).forEach(route::with);
        // seconds; else each stop would wait for the end of a poll that finds nothing
        return route.with("camel.main.shutdownTimeout", "1");
    }

    private Map<String, String> properties() {
        return Map.of("routes", "watch-bucket-events", "sqs.queues", sqs.queues(), "sqs.queue", "images",
                "sqs.overrideEndpoint", "true", "sqs.endpoint", sqs.address(), "sqs.visibilityTimeout", "2");
    }

    private void send(String message) {
        sqs.client().sendMessage(request -> request.queueUrl(sqs.queues() + "images").messageBody(message));
    }

    /** As S3 writes it. */
    private static String event(String name, String key) {
        return "{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"eventName\":\"" + name + "\","
                + "\"s3\":{\"bucket\":{\"name\":\"images\"},\"object\":{\"key\":\""
                + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/") + "\"}}}]}";
    }

    private String put(String key, byte[] content) {
        s3.put("images", key, content);
        return event("ObjectCreated:Put", key);
    }

    /** Messages in a queue, those that somebody works on included. */
    private int messages(String queue) {
        Map<QueueAttributeName, String> counts = sqs.client().getQueueAttributes(request -> request.queueUrl(sqs.queues() + queue)
                .attributeNames(QueueAttributeName.ALL)).attributes();
        return Integer.parseInt(counts.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                + Integer.parseInt(counts.get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    private void awaitEmptyQueue() {
        await().until(() -> messages("images") == 0);
    }

    private static HealthCheck.State health(WatchedFolder route, String id) {
        return HealthCheckRegistry.get(route.context()).getCheck("outage:" + id).orElseThrow().callReadiness().getState();
    }

    @Test
    void objectsThatAreNotedAreTakenWhateverTheirNames() throws Exception {
        send(put("inbox/line 1/ä+b %41 ${x}.jpg", A));
        String bySns = put("inbox/by sns.jpg", A);
        send(MAPPER.writeValueAsString(Map.of("Type", "Notification", "TopicArn", "arn:aws:sns:us-east-1:1:topic",
                "Message", bySns)));
        put("inbox/by+bridge %41.jpg", A);
        send(MAPPER.writeValueAsString(Map.of("detail-type", "Object Created", "source", "aws.s3", "detail",
                Map.of("bucket", Map.of("name", "images"), "object", Map.of("key", "inbox/by+bridge %41.jpg", "size", A.length)))));
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitEmptyQueue();

            assertThat(s3.keys("images")).containsExactly("done/by sns.jpg", "done/by+bridge %41.jpg",
                    "done/line 1/ä+b %41 ${x}.jpg");
            assertThat(route.files("results")).containsExactly("nothing-found/by sns.jpg.json",
                    "nothing-found/by+bridge %41.jpg.json", "nothing-found/line 1/ä+b %41 ${x}.jpg.json");
            assertThat(ImageTally.of(route.context()).ended()).isEqualTo(3);
        }
    }

    /** Written as S3 does, the name was not that of a folder of thumbnails any more. */
    @Test
    void whatIsNoImageIsLeftAloneHoweverItsKeyIsWritten() {
        send(put("inbox/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", A));
        send(put("inbox/#recycle/b.jpg", A));
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitEmptyQueue();

            assertThat(s3.keys("images")).containsExactly("inbox/#recycle/b.jpg", "inbox/@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg");
        }
    }

    /** Their messages were deleted, and the images stayed, without a line. */
    @Test
    void keysThatAreNotEncodedAreTakenAsTheyAre() {
        for (String key : List.of("inbox/C++ part.jpg", "inbox/a%20b.jpg", "inbox/50%.jpg", "inbox/ä.jpg")) {
            s3.put("images", key, A);
            send(event("ObjectCreated:Put", "KEY").replace("KEY", key));
        }
        // of two, the one that S3 itself would mean
        send(put("inbox/x y.jpg", A));
        s3.put("images", "inbox/x+y.jpg", A);
        try (WatchedFolder route = route(image -> { }).start()) {
            awaitEmptyQueue();

            assertThat(s3.keys("images")).containsExactly("done/50%.jpg", "done/C++ part.jpg", "done/a%20b.jpg", "done/x y.jpg",
                    "done/ä.jpg", "inbox/x+y.jpg");
        }
    }

    @Test
    void whatIsNoNewImageInTheInboxIsIgnored() {
        send("{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"images\"}");
        s3.put("images", "inbox/kept.jpg", A);
        send(event("ObjectRemoved:Delete", "inbox/kept.jpg"));
        send(put("inbox/notes.txt", A));
        send(put("elsewhere/a.jpg", A));
        send(event("ObjectCreated:Put", "inbox/gone.jpg"));
        AtomicInteger calls = new AtomicInteger();
        try (WatchedFolder route = route(image -> calls.incrementAndGet()).start()) {
            awaitEmptyQueue();

            assertThat(calls).hasValue(0);
            assertThat(s3.keys("images")).containsExactly("elsewhere/a.jpg", "inbox/kept.jpg", "inbox/notes.txt");
        }
    }

    @Test
    void whatIsNoNotificationGoesToTheDeadLetters() {
        String dead = sqs.client().createQueue(request -> request.queueName("dead")).queueUrl();
        String arn = sqs.client().getQueueAttributes(request -> request.queueUrl(dead).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes().get(QueueAttributeName.QUEUE_ARN);
        sqs.client().setQueueAttributes(request -> request.queueUrl(sqs.queues() + "images").attributes(Map.of(
                QueueAttributeName.REDRIVE_POLICY, "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":\"2\"}")));
        List<String> garbage = List.of("{", "[]", "Dear customer", "{\"Records\":[{}]}",
                event("ObjectCreated:Put", "inbox/a.jpg").replace("\"images\"", "\"others\""),
                event("ObjectCreated:Put", "inbox/a.jpg").replace("inbox/a.jpg", "inbox/%zz.jpg"));
        garbage.forEach(this::send);
        send(put("inbox/a.jpg", A));
        try (WatchedFolder route = route(image -> { }).with("sqs.visibilityTimeout", "1").start()) {
            awaitEmptyQueue();

            assertThat(messages("dead")).isEqualTo(garbage.size());
            assertThat(s3.keys("images")).containsExactly("done/a.jpg");
        }
    }

    @Test
    void anImageThatTakesLongerThanAMessageIsHiddenIsProcessedOnce() {
        AtomicInteger calls = new AtomicInteger();
        Semaphore never = new Semaphore(0);
        send(put("inbox/slow.jpg", A));
        try (WatchedFolder route = route(image -> {
            calls.incrementAndGet();
            waitFor(never, Duration.ofSeconds(5));
        }).start()) {
            awaitEmptyQueue();

            assertThat(calls).hasValue(1);
            assertThat(s3.keys("images")).containsExactly("done/slow.jpg");
        }
    }

    private static void waitFor(Semaphore semaphore, Duration time) {
        try {
            semaphore.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SQS may deliver a message twice, and what deletes the second one deletes the message. */
    @Test
    void aMessageAboutAnImageInWorkIsNotDeletedBeforeTheImageIsDone() {
        Gate gate = new Gate();
        String event = put("inbox/a.jpg", A);
        send(event);
        send(event);
        try (WatchedFolder route = route(image -> gate.pass()).start()) {
            await().until(() -> gate.waiting() == 1);
            // longer than the messages are hidden
            await().during(Duration.ofSeconds(5)).until(() -> messages("images") == 2);
            gate.open();

            awaitEmptyQueue();
            assertThat(s3.keys("images")).containsExactly("done/a.jpg");
        }
    }

    @Test
    void whileTheModelIsDownTheMessagesStayInTheQueue() {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger calls = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            send(put("inbox/" + i + ".jpg", A));
        }
        try (WatchedFolder route = route(image -> {
            calls.incrementAndGet();
            if (down.get()) {
                throw new RoboflowUnavailableException("the server is down");
            }
        }).with("sqs.visibilityTimeout", "1").start()) {
            await().until(() -> calls.get() > 7);
            assertThat(messages("images")).isEqualTo(5);
            assertThat(health(route, "watch-bucket-events")).isEqualTo(HealthCheck.State.DOWN);

            down.set(false);

            awaitEmptyQueue();
            assertThat(s3.keys("images")).hasSize(5).allMatch(key -> key.startsWith("done/"));
        }
    }

    @Test
    void aBadImageEndsInFailedAndItsMessageToo() {
        send(put("inbox/letter.jpg", "Dear customer".getBytes(StandardCharsets.UTF_8)));
        send(put("inbox/large.jpg", new byte[3_000_000]));
        try (WatchedFolder route = program().with("s3.maxSize", "2MB").start()) {
            awaitEmptyQueue();

            assertThat(s3.keys("images")).containsExactly("failed/large.jpg", "failed/large.jpg.error.json", "failed/letter.jpg",
                    "failed/letter.jpg.error.json");
            assertThat(route.context().getInflightRepository().size()).isZero();
        }
    }

    @Test
    void severalObjectsAndRepeatsOfOneAreEachTakenOnce() {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        String a = put("inbox/a.jpg", A);
        String b = put("inbox/b.jpg", A);
        String record = b.substring(b.indexOf('[') + 1, b.lastIndexOf(']'));
        send(a.replace("]}", "," + record + "]}"));
        send(a);
        send(b);
        try (WatchedFolder route = route(image -> seen.add(image.name())).start()) {
            awaitEmptyQueue();

            assertThat(seen).hasSize(2);
            assertThat(s3.keys("images")).containsExactly("done/a.jpg", "done/b.jpg");
        }
    }

    @Test
    void theProgramStartsWithoutTheQueueAndTakesItUpLater() {
        try (SqsServer late = new SqsServer(data);
             WatchedFolder route = route(image -> { }).with("sqs.queues", late.queues())
                     .with("sqs.endpoint", late.address()).start()) {
            await().until(() -> health(route, "images") == HealthCheck.State.DOWN);

            late.start();
            String queue = late.client().createQueue(request -> request.queueName("images")).queueUrl();
            String event = put("inbox/a.jpg", A);
            late.client().sendMessage(request -> request.queueUrl(queue).messageBody(event));

            await().until(() -> s3.keys("images").equals(List.of("done/a.jpg")));
            assertThat(health(route, "images")).isEqualTo(HealthCheck.State.UP);
        }
    }

    @Test
    void whileTheBucketIsDownTheMessagesStayInTheQueue() {
        send(put("inbox/a.jpg", A));
        s3.stop();
        try (WatchedFolder route = route(image -> { }).start()) {
            await().until(() -> health(route, "watch-bucket-events") == HealthCheck.State.DOWN);
            s3.start();

            awaitEmptyQueue();
            assertThat(s3.keys("images")).containsExactly("done/a.jpg");
        }
    }

    @Test
    void anImageHasOneDeliveryIdWhetherItWasListedOrNoted() {
        send(put("inbox/a.jpg", A));
        String noted = deliveryId(route(image -> { }));
        put("inbox/a.jpg", A);
        String listed = deliveryId(route(image -> { }).with("routes", "watch-bucket"));

        assertThat(noted).matches("[0-9a-f]{64}").isEqualTo(listed);
    }

    private String deliveryId(WatchedFolder program) {
        Queue<String> ids = new ConcurrentLinkedQueue<>();
        try (WatchedFolder route = program) {
            route.withDestination(exchange -> ids.add(exchange.getMessage().getHeader("CamelRoboflowDeliveryId", String.class)))
                    .start();
            await().until(() -> s3.keys("images").equals(List.of("done/a.jpg")) && !ids.isEmpty());
        }
        return ids.remove();
    }

    @Test
    void aModelThatIsNotThereStopsTheProgramWithOneLine() {
        Map<String, String> properties = new HashMap<>(properties());
        properties.put("model", "missing/1");
        try (ProgramProcess program = ProgramProcess.start(data, properties)) {
            assertThat(program.exitCode()).isEqualTo(2);
            assertThat(program.output().lines().toList()).hasSize(1).first().asString().contains("missing/1");
        }
    }
}
