package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.core.message.MessageReader;
import io.cloudevents.http.HttpMessageFactory;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.MessageHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookEnvelopeTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CamelContext CONTEXT = new DefaultCamelContext();

    /** Names that would end a text, be evaluated, notify everybody, or be a link. */
    private static final String HOSTILE = "a\"},{\\\"b\n\u0000\u2028${id}{{x}}$simple{y}<!channel>@everyone"
            + "[l](http://evil.example)";

    @AfterAll
    static void close() throws IOException {
        CONTEXT.stop();
    }

    private static Exchange exchange(String image, String... classes) {
        Exchange exchange = new DefaultExchange(CONTEXT);
        List<Detection> found = Arrays.stream(classes).map(name -> Detection.of(new Box(1, 1, 3, 3), 0.875, name, 0, "")).toList();
        exchange.getMessage().setBody(new Detections(InferenceInfo.of("", 0, new ImageSize(8, 8)), found));
        exchange.setProperty(ContractNames.IMAGE_NAME, image);
        exchange.setProperty(ContractNames.SOURCE, "file:data/in box");
        exchange.getMessage().setHeader(ContractNames.DELIVERY_ID, "3f6c");
        exchange.getMessage().setHeader(ContractNames.MODEL_ID, "parts-detect/1");
        return exchange;
    }

    private static Exchange sent(Exchange exchange, String body, boolean annotated, String cloudevents) throws IOException {
        WebhookEnvelope envelope = new WebhookEnvelope();
        envelope.setBody(body);
        envelope.setAnnotated(annotated);
        envelope.setCloudevents(cloudevents);
        envelope.start();
        envelope.process(exchange);
        return exchange;
    }

    private static JsonNode message(String body, String image, String... classes) throws IOException {
        return JSON.readTree(sent(exchange(image, classes), body, false, "none").getMessage().getBody(String.class));
    }

    private static int length(JsonNode message, String place) {
        assertThat(message.at(place).isTextual()).as(place + " of " + message).isTrue();
        return message.at(place).textValue().length();
    }

    private static String[] manyClasses() {
        return IntStream.range(0, 900).mapToObj(i -> "class " + i).toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({"slack, /blocks/0/text/text, /blocks/1/text/text",
            "teams, /attachments/0/content/body/0/inlines/0/text, /attachments/0/content/body/1/inlines/0/text",
            "discord, /embeds/0/author/name, /embeds/0/footer/text"})
    void namesAreTextWhateverTheyHold(String body, String counts, String image) throws IOException {
        JsonNode message = message(body, HOSTILE, HOSTILE);

        assertThat(message.at(counts).textValue()).isEqualTo("1 " + HOSTILE);
        assertThat(message.at(image).textValue()).startsWith(HOSTILE);
        assertThat(message.size()).isEqualTo(message(body, "a", "b").size());
    }

    @Test
    void aMessageForSlackKeepsItsLimits() throws IOException {
        for (JsonNode message : new JsonNode[] {message("slack", "ä".repeat(4000), manyClasses()), message("slack", "a")}) {
            assertThat(length(message, "/blocks/0/text/text")).isBetween(1, 150);
            assertThat(length(message, "/blocks/1/text/text")).isBetween(1, 3000);
            assertThat(length(message, "/blocks/2/elements/0/text")).isBetween(1, 3000);
            assertThat(message.findValuesAsText("type")).contains("plain_text").doesNotContain("mrkdwn");
            assertThat(message.path("text").textValue()).matches("\\d+ found");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageForDiscordKeepsItsLimitsAndMentionsNobody(boolean annotated) throws IOException {
        WebhookBody body = annotated ? WebhookBody.ready("discord-annotated") : WebhookBody.of("discord");
        for (Exchange exchange : List.of(exchange("ä".repeat(4000), manyClasses()), exchange("a"))) {
            JsonNode message = JSON.readTree(body.with(WebhookBody.WebhookValues.of(exchange)));

            assertThat(message.path("content").textValue()).matches("\\d+ found");
            assertThat(length(message, "/embeds/0/author/name")).isBetween(1, 256);
            assertThat(length(message, "/embeds/0/footer/text")).isBetween(1, 2048);
            assertThat(OffsetDateTime.parse(message.at("/embeds/0/timestamp").textValue()))
                    .isBefore(OffsetDateTime.now().plusDays(1));
            assertThat(message.at("/allowed_mentions/parse")).isEmpty();
            assertThat(message.at("/embeds/0/image/url").asText()).isEqualTo(annotated ? "attachment://annotated.jpg" : "");
        }
    }

    /** The longest characters in UTF-8 and in JSON. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0001", "\u6f22"})
    void aMessageForTeamsKeepsItsLimit(String longCharacter) throws IOException {
        String[] classes = IntStream.range(0, 900).mapToObj(i -> longCharacter.repeat(10) + i).toArray(String[]::new);
        JsonNode message = message("teams", longCharacter.repeat(4000), classes);

        assertThat(message.toString().getBytes(StandardCharsets.UTF_8).length).isLessThan(28_000);
        assertThat(message.at("/attachments/0/contentType").textValue()).isEqualTo("application/vnd.microsoft.card.adaptive");
        assertThat(message("teams", "a").findValuesAsText("text")).hasSize(3).doesNotContain("");
    }

    @Test
    void placeholdersGiveWhatIsKnownOfTheImage() throws IOException {
        JsonNode body = message("{\"a\": \"${id} ${image} ${source} ${model}\", \"b\": \"${top}; ${classes}; ${counts}; ${count};"
                + " ${confidence}\", \"c\": \"https://files.example/${file}\", \"d\": \"${result}\"}",
                "line 1/ö?.jpg", "nut", "bolt", "nut");

        assertThat(body.path("a").textValue()).isEqualTo("3f6c line 1/ö?.jpg file:data/in box parts-detect/1");
        assertThat(body.path("b").textValue()).isEqualTo("nut; nut, bolt; 2 nut, 1 bolt; 3; 88%");
        assertThat(body.path("c").textValue()).isEqualTo("https://files.example/line%201/%C3%B6%3F.jpg.json");
        assertThat(body.at("/d/predictions")).hasSize(3);
    }

    @Test
    void ofAnImageWithNothingOnItTheClassesAreNone() throws IOException {
        assertThat(message("[\"${top}; ${classes}; ${counts}; ${count}; ${confidence}\"]", "a").path(0).textValue())
                .isEqualTo("none; none; none; 0; 0%");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            slack    | true  | none       | annotated=true can't go with body=slack, since such a webhook takes no files
            teams    | true  | none       | annotated=true can't go with body=teams, since such a webhook takes no files
            slack    | false | binary     | cloudevents=binary can't go with body=slack
            discord  | true  | structured | cloudevents=structured can't go with body=discord
            envelope | true  | structured | annotated=true can't go with cloudevents=structured
            envelope | false | yes        | cloudevents=yes: it is none, structured or binary
            slak     | false | none       | body=slak: it is envelope, slack, teams, discord, JSON, or a file of JSON, but slak
            {"a": 1  | false | none       | body: it is envelope, slack, teams, discord, JSON, or a file of JSON, but it is
            """)
    void parametersThatCanNotGoTogetherAreRefused(String body, boolean annotated, String cloudevents, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookEnvelope.check(body, annotated, cloudevents))
                .withMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource({"envelope, true, binary", "discord, true, none", "slack, false, none", "'[1]', true, none",
            "'\n  {\"a\": 1}\n', false, structured"})
    void anyOtherAreTaken(String body, boolean annotated, String cloudevents) {
        assertThatCode(() -> WebhookEnvelope.check(body, annotated, cloudevents)).doesNotThrowAnyException();
    }

    private static Exchange withImage(Exchange exchange) {
        exchange.setVariable("image", Path.of("config/samples/bolts.jpg").toFile());
        return exchange;
    }

    /** Returns the parts of a form by the value of Content-Disposition. */
    private static Map<String, String> parts(Exchange sent) {
        String type = MessageHelper.getContentType(sent.getMessage());
        assertThat(type).startsWith("multipart/form-data; boundary=");
        String[] parts = new String(sent.getMessage().getBody(byte[].class), StandardCharsets.ISO_8859_1)
                .split("(\r\n)?--" + type.replaceFirst(".*boundary=\"?([^;\"]*).*", "$1") + "(\r\n|--\r\n)");
        Map<String, String> named = new HashMap<>();
        for (String part : Arrays.copyOfRange(parts, 1, parts.length)) {
            String[] headAndContent = part.split("\r\n\r\n", 2);
            named.put(headAndContent[0].replace("\r\n", "; "), headAndContent[1]);
        }
        return named;
    }

    @ParameterizedTest
    @CsvSource({"discord, http://127.0.0.1/, payload_json, files[0]", "envelope, http://127.0.0.1/, result, image",
            "'{\"content\": \"a\"}', https://user@canary.discord.com/api/webhooks/1/T0KEN, payload_json, files[0]",
            "'{\"content\": \"a\"}', https://discord.com.evil.example/, result, image"})
    void thePictureGoesWithTheBodyAsAForm(String body, String address, String content, String picture) throws IOException {
        Exchange exchange = withImage(exchange("\"\r\nX-Evil: 1\r\n\r\n.jpg", "bolt"));
        exchange.setProperty(Outbox.DESTINATION, address);

        Map<String, String> parts = parts(sent(exchange, body, true, "none"));

        String contentHead = "Content-Disposition: form-data; name=\"" + content + "\"; Content-Type: application/json";
        String pictureHead = "Content-Disposition: form-data; name=\"" + picture
                + "\"; filename=\"annotated.jpg\"; Content-Type: image/jpeg";
        assertThat(parts).containsOnlyKeys(contentHead, pictureHead);
        assertThat(JSON.readTree(parts.get(contentHead).getBytes(StandardCharsets.ISO_8859_1)).isObject()).isTrue();
        assertThat(parts.get(pictureHead)).startsWith("\u00ff\u00d8\u00ff").endsWith("\u00ff\u00d9");
    }

    private static io.cloudevents.CloudEvent event(Exchange sent) {
        Map<String, String> headers = new HashMap<>();
        sent.getMessage().getHeaders().forEach((name, value) -> headers.put(name, String.valueOf(value)));
        assertThat(headers.values()).allMatch(value -> value.chars().allMatch(c -> c >= ' ' && c < 0x7F));
        MessageReader reader = HttpMessageFactory.createReader(headers, sent.getMessage().getBody(byte[].class));
        return reader.toEvent();
    }

    /** Decodes an attribute as a receiver should: the library leaves those of headers encoded. */
    private static String read(String mode, String attribute) {
        return mode.equals("binary") ? URLDecoder.decode(attribute.replace("+", "%2B"), StandardCharsets.UTF_8) : attribute;
    }

    /** The library of CloudEvents for Java reads them. */
    @ParameterizedTest
    @ValueSource(strings = {"structured", "binary"})
    void aResultCanBeAnEvent(String mode) throws IOException {
        io.cloudevents.CloudEvent event = event(sent(exchange("zahnräder 100% \"x\"\n.jpg", "gear"), "envelope", false, mode));

        assertThat(event.getSpecVersion().toString()).isEqualTo("1.0");
        assertThat(event.getId()).isEqualTo("3f6c");
        assertThat(event.getType()).isEqualTo("io.github.camelroboflow.result");
        assertThat(read(mode, event.getSource().toString())).isEqualTo("file:data/in%20box");
        assertThat(read(mode, event.getSubject())).isEqualTo("zahnräder 100%25 \"x\"%0A.jpg");
        assertThat(event.getTime()).isBetween(OffsetDateTime.now().minusHours(1), OffsetDateTime.now().plusHours(1));
        assertThat(event.getDataContentType()).isEqualTo("application/json");
        JsonNode data = JSON.readTree(event.getData().toBytes());
        assertThat(data.path("image").textValue()).isEqualTo("zahnräder 100% \"x\"\n.jpg");
        assertThat(data.at("/result/predictions/0/class").textValue()).isEqualTo("gear");
    }

    @ParameterizedTest
    @CsvSource({"structured, '', 'a \"text\"', text/plain; charset=utf-8", "binary, '', 'a \"text\"', text/plain; charset=utf-8",
            "structured, application/xml, <a/>, application/xml", "structured, text/csv, '[1]', text/csv",
            "binary, '', '[1]', application/json", "structured, '', '[1]', application/json"})
    void aTextOfTheRouteCanBeTheDataOfAnEvent(String mode, String type, String text, String sentType) throws IOException {
        Exchange exchange = exchange("a.jpg", "gear");
        exchange.setProperty(ContractNames.INFERENCE, exchange.getMessage().getBody());
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, type);
        exchange.getMessage().setBody(text);

        io.cloudevents.CloudEvent event = event(sent(exchange, "envelope", false, mode));

        assertThat(event.getDataContentType()).isEqualTo(sentType);
        assertThat(new String(event.getData().toBytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    /** Servers refuse requests whose headers have more than about 8,000 bytes. */
    @Test
    void aLongNameIsShortenedInAnEvent() throws IOException {
        Exchange sent = sent(exchange("ä".repeat(4000)), "envelope", false, "binary");

        assertThat(read("binary", event(sent).getSubject())).isEqualTo("ä".repeat(499) + "…");
        assertThat(sent.getMessage().getHeader("ce-subject", String.class).length()).isLessThan(4000);
    }

    @Test
    void anEventMayHaveThePicture() throws IOException {
        Exchange sent = sent(withImage(exchange("a.jpg", "bolt")), "envelope", true, "binary");

        assertThat(sent.getMessage().getHeader("ce-id")).isEqualTo("3f6c");
        assertThat(parts(sent)).hasSize(2);
    }
}
