package io.github.camelroboflow.hosted;

import static io.github.camelroboflow.inference.InferenceOption.REQUEST_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks the client against every misbehaviour of a server: a result or the right kind of failure, after the right
 * number of requests.
 */
class MisbehavingServerIT {

    /** The observations for the printed table. */
    private static final Map<String, String> OBSERVED = new ConcurrentSkipListMap<>();

    private static final InferenceOptions OPTIONS = InferenceOptions.DEFAULTS.with(REQUEST_TIMEOUT, Duration.ofSeconds(60));

    /**
     * @param server the server's misbehaviour
     * @param failure the expected failure, or {@code null} for a result
     * @param message a part of the failure's message
     * @param requests the expected number of requests
     */
    private record Case(String name, Consumer<FakeRoboflow> server, Class<? extends RoboflowException> failure, String message,
                        int requests) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case succeeds(String name, int requests, Consumer<FakeRoboflow> server) {
        return new Case(name, server, null, "", requests);
    }

    private static Case fails(String name, int requests, Class<? extends RoboflowException> failure, String message,
            Consumer<FakeRoboflow> server) {
        return new Case(name, server, failure, message, requests);
    }

    private static Case always(String name, int requests, Class<? extends RoboflowException> failure, String message,
            Behaviour behaviour) {
        return fails(name, requests, failure, message, server -> server.always(behaviour));
    }

    static Stream<Case> cases() {
        Class<RoboflowUnavailableException> unavailable = RoboflowUnavailableException.class;
        Class<RoboflowRejectedException> rejected = RoboflowRejectedException.class;
        return Stream.of(
                succeeds("answers", 1, server -> { }),
                succeeds("is slow to answer", 1, server -> server.next(Behaviour.usual().delay(Duration.ofMillis(300)))),
                succeeds("500 twice, then answers", 3, server -> server.next(Behaviour.status(500).times(2))),
                always("500", 4, unavailable, "HTTP 500", Behaviour.status(500)),
                always("502 with a page of a proxy", 4, unavailable, "HTTP 502",
                        Behaviour.body(502, "text/html", "<h1>Bad Gateway</h1>".getBytes())),
                always("503", 4, unavailable, "HTTP 503", Behaviour.status(503)),
                always("504", 4, unavailable, "HTTP 504", Behaviour.status(504)),
                always("408", 4, unavailable, "HTTP 408", Behaviour.json(408, "{}")),
                succeeds("429 without Retry-After, then answers", 2, server -> server.next(Behaviour.status(429))),
                succeeds("429 with Retry-After in seconds, then answers", 2,
                        server -> server.next(Behaviour.status(429).header("Retry-After", "1"))),
                succeeds("429 with Retry-After as a date, then answers", 2,
                        server -> server.next(Behaviour.status(429).retryAt(Instant.now().plusSeconds(2)))),
                succeeds("429 with a Retry-After that is none", 2,
                        server -> server.next(Behaviour.status(429).header("Retry-After", "soon"))),
                always("429 with a Retry-After beyond the deadline", 1, unavailable, "asks for a wait of 600 s",
                        Behaviour.status(429).header("Retry-After", "600")),
                always("429 with a Retry-After in the year 9999", 1, unavailable, "asks for a wait of",
                        Behaviour.status(429).header("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")),
                always("501", 1, unavailable, "HTTP 501", Behaviour.json(501, "{\"message\":\"no such provider\"}")),
                always("507", 1, unavailable, "Model loading failed",
                        Behaviour.json(507, "{\"message\":\"Model loading failed due to restrictions\"}")),
                always("400 for an image that it can't read", 1, InvalidImageException.class, "Could not load input image",
                        Behaviour.json(400, "{\"message\":\"Could not load input image. Cause: Malformed base64 input image.\"}")),
                always("400 for something else", 1, RoboflowException.class, "Error with model input",
                        Behaviour.json(400, "{\"message\":\"Error with model input. Cause: shape\"}")),
                always("400 for a parameter", 1, rejected, "change the request as the server says",
                        Behaviour.json(400, "{\"message\":\"Invalid mask decode argument sent.\"}")),
                always("400 for a missing key", 1, rejected, "check apiKey",
                        Behaviour.json(400, "{\"message\":\"Required Roboflow API key is missing.\"}")),
                always("413", 1, InvalidImageException.class, "maxImageSize",
                        Behaviour.json(413, "{\"message\":\"Request Too Long\"}")),
                always("413 before the image is sent", 1, InvalidImageException.class, "HTTP 413",
                        Behaviour.json(413, "{\"message\":\"Request Too Long\"}").beforeBody()),
                always("401", 1, rejected, "check apiKey", Behaviour.status(401)),
                always("402", 1, rejected, "credits", Behaviour.status(402)),
                always("403 in the words of the older hosts", 1, rejected, "User is not authorized to access this resource",
                        Behaviour.json(403, "{\"Message\":\"User is not authorized to access this resource\"}")),
                always("404", 1, rejected, "check the target", Behaviour.status(404)),
                always("405 in the words of the framework", 1, rejected, "Method Not Allowed",
                        Behaviour.json(405, "{\"detail\":\"Method Not Allowed\"}")),
                always("422 for a parameter", 1, rejected, "confidence: Input should be a valid number", Behaviour.json(422,
                        "{\"detail\":[{\"type\":\"float_parsing\",\"loc\":[\"query\",\"confidence\"],"
                                + "\"msg\":\"Input should be a valid number\",\"input\":\"abc\"}]}")),
                always("423", 1, rejected, "paused", Behaviour.status(423)),
                always("an error with a hint", 1, rejected, "No such project Check its spelling",
                        Behaviour.json(404, "{\"error\":{\"message\":\"No such project\"},\"hint\":\"Check its spelling\"}")),
                always("a redirect", 1, rejected, "redirects to http://elsewhere.example,",
                        Behaviour.redirect(302, "http://elsewhere.example/x?api_key=" + FakeRoboflow.KEY)),
                always("a redirect that keeps the method", 1, rejected, "set apiUrl",
                        Behaviour.redirect(307, "https://elsewhere.example/")),
                always("a redirect with the key before the host", 1, rejected, "redirects to http://elsewhere.example:81,",
                        Behaviour.redirect(302, "http://" + FakeRoboflow.KEY + "@elsewhere.example:81/x")),
                always("the key as content type", 1, unavailable, "no model result",
                        Behaviour.body(200, "text/" + FakeRoboflow.KEY.toUpperCase(Locale.ROOT), new byte[1])),
                always("the key where its words are cut", 1, rejected, "aaa…", Behaviour.json(404,
                        "{\"message\":\"" + "a".repeat(499) + FakeRoboflow.KEY + "\"}")),
                always("sends no headers", 4, unavailable, "SocketTimeoutException",
                        Behaviour.usual().delay(Duration.ofSeconds(20))),
                succeeds("stalls half-way, then answers", 2, server -> server.next(Behaviour.usual().stallHalfway())),
                always("stalls half-way", 4, unavailable, "SocketTimeoutException", Behaviour.usual().stallHalfway()),
                succeeds("cuts the connection, then answers", 2, server -> server.next(Behaviour.cut())),
                always("cuts the connection", 4, unavailable, "NoHttpResponseException", Behaviour.cut()),
                always("resets the connection", 4, unavailable, "broke off", Behaviour.reset()),
                succeeds("cuts the answer half-way, then answers", 2, server -> server.next(Behaviour.usual().cutHalfway())),
                always("JSON that ends half-way", 1, unavailable, "no model result", Behaviour.usual().truncated()),
                always("a page instead of JSON", 1, unavailable, "text/html",
                        Behaviour.body(200, "text/html", "<h1>Please log in</h1>".getBytes())),
                always("JSON of something else", 1, unavailable, "check apiUrl", Behaviour.json(200, "{\"status\":\"ok\"}")),
                always("a mask of gigabytes", 1, unavailable, "larger than its image", Behaviour.json(200,
                        "{\"image\":{\"width\":64,"
                        + "\"height\":48},\"predictions\":[{\"x\":1,\"y\":1,\"width\":1,\"height\":1,\"confidence\":0.9,"
                        + "\"class\":\"a\",\"rle\":{\"size\":[46000,46000],\"counts\":\"0\"}}]}")),
                always("a larger image than was sent", 1, unavailable, "claims an image of 20000 x 20000 pixels",
                        Behaviour.json(200, "{\"image\":{\"width\":20000,\"height\":20000},\"predictions\":[]}")),
                always("a list", 1, unavailable, "no model result", Behaviour.json(200, "[1,2]")),
                always("nothing", 1, unavailable, "no content type", Behaviour.body(204, "", new byte[0])),
                always("a stub", 1, rejected, "no trained model",
                        Behaviour.json(200, "{\"is_stub\":true,\"model_id\":\"my-project/0\","
                                + "\"task_type\":\"object-detection\",\"time\":0.1}")),
                always("200 MB of JSON", 1, RoboflowException.class, "64 MB", Behaviour.huge(200_000_000)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theClientMakesTheBestOfIt(Case misbehaviour) {
        boolean silent = misbehaviour.name.startsWith("stalls") || misbehaviour.name.equals("sends no headers");
        // a good response must come within that time, too
        Duration readTimeout = misbehaviour.failure == null ? Duration.ofSeconds(3) : Duration.ofMillis(500);
        try (HostedEngineFixture hosted = silent ? HostedEngineFixture.start(readTimeout) : HostedEngineFixture.start()) {
            misbehaviour.server.accept(hosted.cloud);
            long begun = System.nanoTime();
            Object outcome;
            try {
                outcome = hosted.infer(OPTIONS);
            } catch (RoboflowException e) {
                outcome = e;
            }
            long millis = (System.nanoTime() - begun) / 1_000_000;
            OBSERVED.put(misbehaviour.name, String.format("%-52s %9d %9d  %s", misbehaviour.name,
                    hosted.cloud.requests().size(), millis,
                    outcome instanceof Exception e ? e.getClass().getSimpleName() + ": " + e.getMessage() : "a result"));
            if (misbehaviour.failure == null) {
                assertThat(outcome).isInstanceOf(Inference.class);
            } else {
                assertThat(outcome).isExactlyInstanceOf(misbehaviour.failure);
                assertThat((Exception) outcome).hasMessageContaining(misbehaviour.message)
                        .satisfies(MisbehavingServerIT::tellsNoKey);
            }
            assertThat(hosted.cloud.requests()).hasSize(misbehaviour.requests);
        }
    }

    private static void tellsNoKey(Throwable failure) {
        StringWriter all = new StringWriter();
        failure.printStackTrace(new PrintWriter(all));
        assertThat(all.toString().toLowerCase(Locale.ROOT)).doesNotContain(FakeRoboflow.KEY);
    }

    @AfterAll
    static void report() {
        System.out.printf("%-52s %9s %9s  %s%n", "the server", "requests", "ms", "the client");
        OBSERVED.values().forEach(line -> System.out.println(line.substring(0, Math.min(line.length(), 190))));
    }
}
