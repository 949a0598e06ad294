package io.github.camelroboflow.app.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.delivery.outbox.Receiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Receivers that want a body of their own, and say what is wrong with any other. */
class WebhookBodiesIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path data;

    /** As the services answer; {@code null} where they accept it. */
    private static String refusal(String service, JsonNode body) {
        return switch (service) {
            case "slack" -> body.path("text").isTextual() ? null : "no_text";
            case "discord" -> body.path("content").isTextual() && body.path("content").textValue().length() <= 2000 ? null
                    : "{\"message\": \"Cannot send an empty message\", \"code\": 50006}";
            default -> body.path("type").asText().equals("message") && body.path("attachments").isArray() ? null
                    : "Bad payload received by generic incoming webhook.";
        };
    }

    private static Receiver.Answer answer(Function<JsonNode, String> refusal) {
        return (exchange, request) -> {
            String said = refusal.apply(MAPPER.readTree(request.body()));
            byte[] words = Objects.toString(said, "ok").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(said == null ? 200 : 400, words.length);
            exchange.getResponseBody().write(words);
        };
    }

    private WatchedFolder program(String parameters, String steps) {
        return new WatchedFolder(data).with("camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:"
                + table(parameters, steps)).with(ScriptedEngine.finding(
                        image -> List.of(ScriptedEngine.at(1, 1, "a \"gear\"\\${body}"), ScriptedEngine.at(2, 2, "ge,ar"))));
    }

    private Path table(String parameters, String steps) {
        try {
            return Files.writeString(data.resolve("by-class.camel.yaml"), """
                    - route:
                        id: by-class
                        errorHandler:
                          noErrorHandler: {}
                        from:
                          uri: direct:by-class
                          steps:
                    %s        - to:
                                uri: kamelet:webhook
                                parameters:
                    %s""".formatted(steps.indent(8), parameters.indent(18)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void deliver(WatchedFolder folder, String name) {
        folder.drop(new byte[] {1}, name);
        await().until(() -> folder.files("done").equals(List.of(name)));
    }

    @ParameterizedTest
    @CsvSource({"slack, /blocks/0/text/text", "discord, /embeds/0/author/name",
            "teams, /attachments/0/content/body/0/inlines/0/text"})
    void aServiceGetsTheBodyThatItWants(String service, String place) throws IOException {
        try (Receiver receiver = new Receiver();
                WatchedFolder folder = program("url: " + receiver.url("/") + "\nbody: " + service, "")) {
            receiver.answer(answer(body -> refusal(service, body)));
            folder.start();
            deliver(folder, "a \"b\" ${body} {{x}}.jpg");

            await().until(() -> receiver.requests().size() == 1);
            Receiver.Request request = receiver.requests().get(0);
            assertThat(MAPPER.readTree(request.body()).at(place).textValue())
                    .isEqualTo("1 a \"gear\"\\${body}, 1 ge,ar");
            assertThat(MAPPER.readTree(request.body()).toString())
                    .contains(MAPPER.writeValueAsString("a \"b\" ${body} {{x}}.jpg").replaceAll("^\"|\"$", ""));
            assertThat(request.headers().getFirst("Content-Type")).isEqualTo("application/json");
            assertThat(folder.files("failed")).isEmpty();
        }
    }

    /** Camel and its Kamelets leave the placeholders of JSON in a route alone. */
    @ParameterizedTest
    @CsvSource({"{, }, ' and '", "RAW({, }), ' & 100% + '"})
    void jsonInARouteIsFilled(String begin, String end, String between) throws IOException {
        String body = """
                body: |-
                  %s"a": {"b": "${image}%s${top}" },
                   "c": "{{outbox.inFlight}}"%s
                """.formatted(begin, between, end);
        try (Receiver receiver = new Receiver(); WatchedFolder folder = program("url: " + receiver.url("/") + "\n" + body, "")
                .with("outbox.inFlight", "3").start()) {
            deliver(folder, "a \"b\" ${body} {{x}}.jpg");

            await().until(() -> receiver.requests().size() == 1);
            assertThat(MAPPER.readTree(receiver.requests().get(0).body())).isEqualTo(MAPPER.createObjectNode().put("c", "3")
                    .set("a", MAPPER.createObjectNode().put("b", "a \"b\" ${body} {{x}}.jpg" + between + "a \"gear\"\\${body}")));
        }
    }

    /** The row has the form with the picture; each attempt sends and signs these bytes. */
    @Test
    void theAnnotatedPictureIsSentAgainAfterARestart() throws Exception {
        String parameters = "url: ";
        try (Receiver receiver = new Receiver()) {
            parameters += receiver.url("/") + "\nbody: discord\nannotated: true";
            receiver.answer(Receiver.Answer.status(503));
            try (WatchedFolder folder = program(parameters, "").with("webhook.secret", "s3cret").start()) {
                folder.drop("bolts.jpg", "a \"b\".jpg");
                await().until(() -> receiver.requests().size() >= 1 && folder.files("done").size() == 1);
            }
            int before = receiver.requests().size();
            receiver.answer(Receiver.Answer.status(204));
            try (WatchedFolder folder = program(parameters, "").with("webhook.secret", "s3cret").start()) {
                await().until(() -> receiver.requests().size() == before + 1);
            }

            Receiver.Request first = receiver.requests().get(0);
            Receiver.Request last = receiver.requests().get(before);
            assertThat(last.body()).isEqualTo(first.body());
            assertThat(last.headers().getFirst("Content-Type")).isEqualTo(first.headers().getFirst("Content-Type"))
                    .startsWith("multipart/form-data; boundary=");
            assertThat(last.headers().getFirst("webhook-signature")).isEqualTo("v1," + hmac(last));
            assertThat(new String(last.body(), StandardCharsets.ISO_8859_1)).contains("name=\"payload_json\"", "name=\"files[0]\"",
                    "attachment://annotated.jpg", "\u00ff\u00d8\u00ff");
        }
    }

    private static String hmac(Receiver.Request request) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update((request.headers().getFirst("webhook-id") + "." + request.headers().getFirst("webhook-timestamp") + ".")
                .getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(mac.doFinal(request.body()));
    }

    @ParameterizedTest
    @CsvSource({"structured, true", "binary, false"})
    void aReceiverOfEventsGetsOne(String mode, boolean structured) throws IOException {
        try (Receiver receiver = new Receiver();
                WatchedFolder folder = program("url: " + receiver.url("/") + "\ncloudevents: " + mode, "").start()) {
            deliver(folder, "ä.jpg");

            await().until(() -> receiver.requests().size() == 1);
            Receiver.Request request = receiver.requests().get(0);
            CloudEvent event = HttpMessageFactory.createReaderFromMultimap(request.headers(), request.body()).toEvent();
            assertThat(event.getId()).isEqualTo(request.deliveryId());
            assertThat(event.getSubject()).isEqualTo(structured ? "ä.jpg" : "%C3%A4.jpg");
            assertThat(event.getSource()).hasToString("file:" + data.resolve("inbox"));
            assertThat(MAPPER.readTree(event.getData().toBytes()).path("image").textValue()).isEqualTo("ä.jpg");
            assertThat(request.headers().containsKey("Ce-id")).isNotEqualTo(structured);
        }
    }

    /** The report said no more than "HTTP status 400". */
    @Test
    void whatAServiceSaysOfAnotherBodyIsInTheReport() throws IOException {
        try (Receiver receiver = new Receiver(); WatchedFolder folder = program("url: " + receiver.url("/T0KEN"), "")) {
            receiver.answer(answer(body -> refusal("discord", body)));
            folder.start();
            deliver(folder, "a.jpg");

            Path refused = data.resolve("refused");
            await().until(() -> Files.isDirectory(refused) && Files.list(refused).anyMatch(file ->
                    file.toString().endsWith(".json") && !file.getFileName().toString().startsWith(".")));
            Path report = Files.list(refused).filter(file -> file.toString().endsWith(".json")).findFirst().orElseThrow();
            assertThat(MAPPER.readTree(report.toFile()).path("reason").textValue())
                    .isEqualTo("the receiver answered with HTTP status"
                    + " 400: {\"message\": \"Cannot send an empty message\", \"code\": 50006}");
        }
    }

    /** It was ignored without a word. */
    @Test
    void aBodyThatTheRouteHasSetIsSentAsItIs() {
        String steps = """
                - setBody:
                    constant: '{"text": "found"}'
                """;
        try (Receiver receiver = new Receiver(); WatchedFolder folder = program("url: " + receiver.url("/"), steps).start()) {
            deliver(folder, "a.jpg");

            await().until(() -> receiver.requests().size() == 1);
            assertThat(receiver.requests().get(0).body()).asString().isEqualTo("{\"text\": \"found\"}");
        }
    }

    @Test
    void theResultAsATextIsStillSentInTheEnvelope() throws IOException {
        String steps = """
                - convertBodyTo:
                    type: String
                """;
        try (Receiver receiver = new Receiver(); WatchedFolder folder = program("url: " + receiver.url("/"), steps).start()) {
            deliver(folder, "a.jpg");

            await().until(() -> receiver.requests().size() == 1);
            assertThat(MAPPER.readTree(receiver.requests().get(0).body()).path("image").textValue()).isEqualTo("a.jpg");
        }
    }

    @Test
    void credentialsGoInTheHeaderOfHttp() throws IOException {
        try (Receiver receiver = new Receiver();
                WatchedFolder folder = program("url: " + receiver.url("/") + "\nauthorization: RAW(Bearer t0/+=%ken)", "")
                        .start()) {
            deliver(folder, "a.jpg");

            await().until(() -> receiver.requests().size() == 1);
            assertThat(receiver.requests().get(0).headers().getFirst("Authorization")).isEqualTo("Bearer t0/+=%ken");
        }
    }

    @Test
    void aUserBeforeTheHostAndAnInternationalPathArrive() {
        try (Receiver receiver = new Receiver(); WatchedFolder folder = program("url: RAW("
                + receiver.url("/höhe?a=b c").replace("127.0.0.1", "us%40er:pa%2Fss@localhost") + ")", "").start()) {
            deliver(folder, "a.jpg");

            await().until(() -> receiver.requests().size() == 1);
            assertThat(receiver.requests().get(0).headers().getFirst("Authorization")).isEqualTo("Basic dXNAZXI6cGEvc3M=");
            assertThat(receiver.requests().get(0).path()).isEqualTo("/h%C3%B6he?a=b%20c");
        }
    }
}
