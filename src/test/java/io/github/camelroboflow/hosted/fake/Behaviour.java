package io.github.camelroboflow.hosted.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The fake's behaviour for a request, such as {@code Behaviour.status(429).header("Retry-After", "2")} or
 * {@code Behaviour.usual().delay(Duration.ofSeconds(1)).cutHalfway()}. Immutable.
 *
 * @param answer makes the response from the one that the fake would give otherwise
 * @param delay the delay before the headers
 * @param fault the fault in the connection
 * @param times the number of requests
 */
public record Behaviour(Function<Supplier<Reply>, Reply> answer, Duration delay, Fault fault, int times) {

    enum Fault {
        NONE, CUT, RESET, CUT_HALFWAY, STALL_HALFWAY, TRUNCATED, CLOSED_AFTERWARDS, BEFORE_BODY, BEFORE_BODY_RESET
    }

    /** Returns the usual behaviour, which the methods below change. */
    public static Behaviour usual() {
        return of(Supplier::get);
    }

    /** Responds with an error and the message of Roboflow's server for it. */
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

    /** Responds with the JSON of many detections, at least as many bytes as given. They are never all in memory. */
    public static Behaviour huge(long bytes) {
        return of(usual -> HugeJson.reply(bytes));
    }

    /** Closes the connection without a response. */
    public static Behaviour cut() {
        return usual().with(Fault.CUT);
    }

    /** Resets the connection without a response. */
    public static Behaviour reset() {
        return usual().with(Fault.RESET);
    }

    private static Behaviour of(Function<Supplier<Reply>, Reply> answer) {
        return new Behaviour(answer, Duration.ZERO, Fault.NONE, 1);
    }

    /** Adds a header to the response, or replaces it. */
    public Behaviour header(String name, String value) {
        return answering(reply -> reply.header(name, value));
    }

    /** Adds {@code Retry-After} as a date, to the second. */
    public Behaviour retryAt(Instant time) {
        return header("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC)));
    }

    public Behaviour body(String body) {
        return answering(reply -> reply.body(body.getBytes(UTF_8)));
    }

    /** Sends the body without its length. */
    public Behaviour chunked() {
        return answering(Reply::inChunks);
    }

    /** Waits before the headers; not together with a response before the body. */
    public Behaviour delay(Duration time) {
        return new Behaviour(answer, time, fault, times);
    }

    /** Closes the connection in the middle of the body. */
    public Behaviour cutHalfway() {
        return with(Fault.CUT_HALFWAY);
    }

    /** Sends nothing more from the middle of the body on, until the client closes the connection. */
    public Behaviour stallHalfway() {
        return with(Fault.STALL_HALFWAY);
    }

    /** Sends a complete HTTP response with half of the body, so that its JSON is truncated. */
    public Behaviour truncated() {
        return with(Fault.TRUNCATED);
    }

    /** Closes the connection after the response although the response says that it is kept alive. */
    public Behaviour closedAfterwards() {
        return with(Fault.CLOSED_AFTERWARDS);
    }

    /** Responds without waiting for the request's body, reads the rest of it and closes the connection. */
    public Behaviour beforeBody() {
        return with(Fault.BEFORE_BODY);
    }

    /**
     * Responds without waiting for the request's body and closes the connection while the client may still be sending.
     */
    public Behaviour beforeBodyReset() {
        return with(Fault.BEFORE_BODY_RESET);
    }

    /** Applies to this request and the next ones, as many in all as given. */
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
