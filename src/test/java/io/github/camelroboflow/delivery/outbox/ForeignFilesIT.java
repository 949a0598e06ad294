package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.LogLines;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Foreign files beside dead letters in the replay folder: each is logged once and stays, and the good file is sent. */
class ForeignFilesIT {

    @RegisterExtension
    final LogLines log = new LogLines();

    @TempDir
    Path data;
    private Path again;

    @BeforeEach
    void makeFolder() throws IOException {
        again = Files.createDirectories(data.resolve("refused/again"));
    }

    private OutboxProgram lookingOften() {
        return new OutboxProgram(data).pollingEvery(Duration.ofMillis(100)).start();
    }

    private static String refuse(OutboxProgram program, Receiver receiver) throws IOException {
        receiver.answer(Receiver.Answer.status(422));
        program.enqueue(receiver.url("/"), "good", "{}");
        await().until(() -> program.refused().size() == 1);
        receiver.answer(Receiver.Answer.status(200));
        return Files.readString(program.refused().get(0));
    }

    private void assertThatTheGoodOneIsSent(OutboxProgram program, Receiver receiver) throws IOException {
        Files.move(program.refused().get(0), again.resolve("z-good.json"));
        await().until(() -> receiver.requests().size() == 2 && program.waiting() == 0);
        assertThat(receiver.ids()).containsExactly("good", "good");
        assertThat(program.health()).isEmpty();
    }

    /** One of them stopped the whole outbox: "the database can't be used" or an error for ever. */
    @Test
    void eachIsNamedOnceAndLeftAndTheGoodOneIsSent() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = lookingOften()) {
            String good = refuse(program, receiver);
            Map<String, String> foreign = new LinkedHashMap<>();
            foreign.put("long-id", good.replace("\"good\"", "\"" + "i".repeat(300) + "\""));
            foreign.put("id-with-line-end", good.replace("\"good\"", "\"a\\r\\nX: y\""));
            foreign.put("id-with-nul", good.replace("\"good\"", "\"a\\u0000\""));
            foreign.put("no-id", good.replace("\"good\"", "null"));
            foreign.put("id-of-an-object", good.replace("\"good\"", "{\"a\": [1]}"));
            foreign.put("long-name", good.replace("line 1/good.jpg", "n".repeat(5000)));
            foreign.put("long-part", good.replaceFirst("\"part\" : \"\"", "\"part\" : \"" + "p".repeat(1000) + "\""));
            foreign.put("attempts-too-many", good.replaceFirst("\"attempts\" : 1", "\"attempts\" : 99999999999999999999"));
            foreign.put("header-of-a-list", good.replaceFirst("\"headers\" : \\{", "\"headers\" : { \"a\" : [1],"));
            foreign.put("header-that-is-long", good.replaceFirst("\"headers\" : \\{",
                    "\"headers\" : { \"a\" : \"" + "h".repeat(100_000) + "\","));
            foreign.put("headers-of-no-end", good.replaceFirst("\"headers\" : \\{", "\"headers\" : {" + String.join("",
                    IntStream.range(0, 2000).mapToObj(i -> "\"h" + i + "\" : 1,").toList())));
            foreign.put("headers-of-text", good.replaceFirst("\"headers\" : \\{[^}]*}", "\"headers\" : \"a\""));
            foreign.put("payload-of-a-number", good.replaceFirst("\"payload\" : \"\\{}\"", "\"payload\" : 1"));
            foreign.put("payload-no-base64", good.replaceFirst("\"base64\" : false", "\"base64\" : true"));
            foreign.put("deep", "[".repeat(100_000));
            foreign.put("deep-object", "{\"a\":".repeat(100_000));
            foreign.put("no-json", "hello");
            foreign.put("empty", "");
            foreign.put("cut-off", good.substring(0, good.length() / 2));
            foreign.put("array", "[1, 2]");
            foreign.put("binary", "\u0000\u0001\uFFFD");
            foreign.put("unknown-lane", good.replaceFirst("\"lane\" : \"[^\"]*\"", "\"lane\" : \"" + "x".repeat(100) + "\""));
            for (String scheme : List.of("file:/tmp/x", "exec:touch", "bean:outbox", "class:java.lang.Runtime", "http://other/")) {
                foreign.put("to-" + scheme.replaceAll("\\W", "-"),
                        good.replaceFirst("\"destination\" : \"[^\"]*\"", "\"destination\" : \"" + scheme + "\""));
            }
            for (Map.Entry<String, String> file : foreign.entrySet()) {
                assertThat(file.getValue()).as(file.getKey()).isNotEqualTo(good);
                Files.writeString(again.resolve(file.getKey() + ".json"), file.getValue());
            }
            Files.writeString(again.resolve("notes.txt"), "mine");
            Files.writeString(again.resolve(".hidden.json"), good);
            Files.createDirectory(again.resolve("folder.json"));
            Files.createSymbolicLink(again.resolve("link.json"), program.refused().get(0));
            Files.createSymbolicLink(again.resolve("loop.json"), again);
            new ProcessBuilder("mkfifo", again.resolve("pipe.json").toString()).start().waitFor();
            try (BufferedWriter large = Files.newBufferedWriter(again.resolve("large.json"))) {
                large.write("{\"other\": \"");
                for (int i = 0; i < 3000; i++) {
                    large.write("x".repeat(100_000));
                }
                large.write("\"}");
            }

            assertThatTheGoodOneIsSent(program, receiver);

            List<Path> there;
            try (var files = Files.list(again)) {
                there = files.toList();
            }
            assertThat(there).hasSize(foreign.size() + 7);
            await().untilAsserted(() -> assertThat(there).allSatisfy(file ->
                    assertThat(log.with(file + " can't be sent again")).hasSize(1)));
            // until it has polled a few times more
            Files.writeString(again.resolve("later.json"), "hello");
            await().until(() -> log.with("later.json can't be sent again").size() == 1);
            assertThat(there).allSatisfy(file -> assertThat(log.with(file + " can't be sent again")).hasSize(1));
            assertThat(log.with("stumbled")).isEmpty();
            assertThat(receiver.requests()).hasSize(2);
        }
    }

    @Test
    void thousandsOfThemDelayTheGoodOneAndNoMore() throws Exception {
        try (Receiver receiver = new Receiver(); OutboxProgram program = lookingOften()) {
            refuse(program, receiver);
            for (int i = 0; i < 5000; i++) {
                Files.writeString(again.resolve("foreign-" + i + ".json"), "{}");
            }

            assertThatTheGoodOneIsSent(program, receiver);
        }
    }

    /** The headers in a file could redirect it to any address that the service reaches. */
    @Test
    void whatAFileSaysOfCamelsHeadersDoesNotSteerWhereItIsSent() throws Exception {
        try (Receiver receiver = new Receiver(); Receiver other = new Receiver(); OutboxProgram program = lookingOften()) {
            String good = refuse(program, receiver);
            Files.writeString(again.resolve("a.json"), good.replaceFirst("\"headers\" : \\{", "\"headers\" : {"
                    + " \"CamelHttpUri\" : \"" + other.url("/") + "\", \"CamelHttpPath\" : \"/elsewhere\","
                    + " \"camelHttpQuery\" : \"a=b\", \"CamelHttpMethod\" : \"DELETE\","));

            await().until(() -> receiver.requests().size() == 2);
            assertThat(receiver.requests().get(1).path()).isEqualTo("/");
            assertThat(receiver.requests().get(1).method()).isEqualTo("POST");
            assertThat(other.requests()).isEmpty();
        }
    }
}
