package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the fake does with a request, such as {@code Behaviour.status(429).header("Retry-After", "2")} or
 * {@code Behaviour.usual().delay(Duration.ofSeconds(1)).cutHalfway()}. Immutable.
 *
 * @param answer the answer, made from the one that the fake would give otherwise
 * @param delay  before the headers
 * @param fault  what goes wrong in the connection
 * @param times  for how many requests
 */
public record Behaviour(Function<Supplier<Reply>, Reply> answer, Duration delay, Fault fault, int times) {

    enum Fault {
        NONE, CUT, RESET, CUT_HALFWAY, STALL_HALFWAY, TRUNCATED, CLOSED_AFTERWARDS, BEFORE_BODY, BEFORE_BODY_RESET
    }

    /** As always: to be changed by the methods below. */
    public static Behaviour usual() {
        return of(Supplier::get);
    }

    /** An error with what Roboflow's server says with it. */
    public static Behaviour status(int status) {
        return of(usual -> Reply.refusal(status));
    }

    public static Behaviour json(int status, String json) {
        return of(usual -> Reply.json(status, json));
    }

    public static Behaviour body(int status, String contentType, byte[] body) {
        return of(usual -> Reply.of(status, contentType, body));
    }

    public static Behaviour redirect(int status, String address) {
        return of(usual -> Reply.of(status, "text/plain", new byte[0]).header("Location", address));
    }

    /** The JSON of more and more detections: at least so many bytes, which are nowhere held in memory. */
    public static Behaviour huge(long bytes) {
        return of(usual -> HugeJson.reply(bytes));
    }

    /** No answer: the connection ends. */
    public static Behaviour cut() {
        return usual().with(Fault.CUT);
    }

    /** No answer: the connection is reset. */
    public static Behaviour reset() {
        return usual().with(Fault.RESET);
    }

    private static Behaviour of(Function<Supplier<Reply>, Reply> answer) {
        return new Behaviour(answer, Duration.ZERO, Fault.NONE, 1);
    }

    /** A header besides, or instead of, those of the answer. */
    public Behaviour header(String name, String value) {
        return answering(reply -> reply.header(name, value));
    }

    /** {@code Retry-After} as a date, to the second. */
    public Behaviour retryAt(Instant time) {
        return header("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC)));
    }

    public Behaviour body(String body) {
        return answering(reply -> reply.body(body.getBytes(UTF_8)));
    }

    /** The body's length is not told beforehand. */
    public Behaviour chunked() {
        return answering(Reply::inChunks);
    }

    /** Before the headers; not together with an answer before the body. */
    public Behaviour delay(Duration time) {
        return new Behaviour(answer, time, fault, times);
    }

    /** The connection ends in the middle of the body. */
    public Behaviour cutHalfway() {
        return with(Fault.CUT_HALFWAY);
    }

    /** In the middle of the body nothing comes any more, until the client goes. */
    public Behaviour stallHalfway() {
        return with(Fault.STALL_HALFWAY);
    }

    /** A complete HTTP answer with half of the body, so that its JSON is cut off. */
    public Behaviour truncated() {
        return with(Fault.TRUNCATED);
    }

    /** The connection, said to be kept alive, is closed after the answer. */
    public Behaviour closedAfterwards() {
        return with(Fault.CLOSED_AFTERWARDS);
    }

    /** Answers without waiting for the request's body, takes the rest of it in and closes. */
    public Behaviour beforeBody() {
        return with(Fault.BEFORE_BODY);
    }

    /** Answers without waiting for the request's body and closes, whatever the client is still sending. */
    public Behaviour beforeBodyReset() {
        return with(Fault.BEFORE_BODY_RESET);
    }

    /** For this request and those after it, so many in all. */
    public Behaviour times(int number) {
        return new Behaviour(answer, delay, fault, number);
    }

    boolean readsBody() {
        return fault != Fault.BEFORE_BODY && fault != Fault.BEFORE_BODY_RESET;
    }

    private Behaviour with(Fault other) {
        return new Behaviour(answer, delay, other, times);
    }

    private Behaviour answering(Function<Reply, Reply> change) {
        return new Behaviour(answer.andThen(change), delay, fault, times);
    }
}
