package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of which class goes where, and what one destination has to do with another: nothing. */
class ByClassIT {

    @TempDir
    Path data;

    private WatchedFolder program(RoutingTable table) {
        return new WatchedFolder(data).with(table)
                .with(ScriptedEngine.finding(ScriptedEngine.at(1, 1, "bolt"), ScriptedEngine.at(5, 5, "gear")));
    }

    @Test
    void anImageGoesToAllDestinationsOfAllConditionsThatAreTrue() {
        RoutingTable table = new RoutingTable().when("bolt", "kamelet:folder?name=bolts", "kamelet:folder?name=metal")
                .when("nut", "kamelet:folder?name=nuts").when("gear >= 0.5", "kamelet:folder?name=gears")
                .otherwise("kamelet:folder?name=other");
        try (WatchedFolder folder = program(table).start()) {
            folder.drop(new byte[] {1}, "a.jpg");

            await().until(() -> folder.files("done").equals(List.of("a.jpg")));
            assertThat(folder.files("results")).containsExactly("bolts/a.jpg.json", "gears/a.jpg.json", "metal/a.jpg.json");
        }
    }

    @Test
    void whatNoDestinationGotGoesWhereEverythingElseGoes() {
        RoutingTable table = new RoutingTable().when("nut", "kamelet:folder?name=nuts").otherwise("kamelet:folder?name=other");
        try (WatchedFolder folder = program(table).start()) {
            folder.drop(new byte[] {1}, "a.jpg");

            await().until(() -> folder.files("done").equals(List.of("a.jpg")));
            assertThat(folder.files("results")).containsExactly("other/a.jpg.json");
        }
    }

    @Test
    void aTableNeedsNoPlaceForEverythingElse() {
        try (WatchedFolder folder = program(new RoutingTable().when("nut", "kamelet:folder?name=nuts")).start()) {
            folder.drop(new byte[] {1}, "a.jpg");

            await().until(() -> folder.files("done").equals(List.of("a.jpg")));
            assertThat(folder.files("failed")).isEmpty();
        }
    }

    @Test
    void aDestinationThatIsDownKeepsNothingFromTheOthersAndTheImageComesAgain() throws IOException {
        Path inTheWay = Files.createDirectories(data.resolve("results")).resolve("first");
        Files.writeString(inTheWay, "a file where the folder should be");
        RoutingTable table = new RoutingTable().when("bolt", "kamelet:folder?name=first", "kamelet:folder?name=second")
                .when("gear", "kamelet:folder?name=third").otherwise("kamelet:folder?name=other");
        try (WatchedFolder folder = program(table).start()) {
            folder.drop(new byte[] {1}, "a.jpg");

            await().until(() -> folder.isSuspended());
            assertThat(folder.files("results")).contains("second/a.jpg.json", "third/a.jpg.json");
            assertThat(folder.files("done")).isEmpty();

            Files.delete(inTheWay);

            await().until(() -> folder.files("done").equals(List.of("a.jpg")));
            assertThat(folder.files("results")).containsExactly("first/a.jpg.json", "second/a.jpg.json", "third/a.jpg.json");
            assertThat(folder.files("failed")).isEmpty();
        }
    }

    @Test
    void whatOneDestinationCanNotHaveIsReportedWithThoseThatHaveIt() {
        // it can't be drawn on, since it is no image
        RoutingTable table = new RoutingTable()
                .when("bolt", "kamelet:folder?name=first&annotated=true", "kamelet:folder?name=second");
        try (WatchedFolder folder = program(table).start()) {
            folder.drop("no image".getBytes(), "a.jpg");

            await().until(() -> folder.files("failed").equals(List.of("a.jpg", "a.jpg.error.json")));
            assertThat(folder.files("results")).containsExactly("second/a.jpg.json");
            assertThat(folder.read("failed/a.jpg.error.json")).contains("results/second").doesNotContain("results/first");
        }
    }

    @Test
    void aRouteThatDeliversWithoutAResultIsToldWhatItNeeds() throws IOException {
        try (WatchedFolder folder = program(new RoutingTable().when("bolt", "kamelet:folder?name=bolts")).start();
             ProducerTemplate template = folder.context().createProducerTemplate()) {
            Exchange sent = template.send("direct:deliver", exchange -> exchange.getMessage().setBody("no result"));

            assertThat(sent.getException()).hasMessageContaining("put a step 'to: roboflow' before 'direct:deliver'");
        }
    }

    @Test
    void theStartTellsWhereResultsGoButNoTokens() {
        RoutingTable table = new RoutingTable().when("bolt", "kamelet:queue?name=alerts",
                "kamelet:webhook?url=https://example.com/T0KEN?k=S3CRET", "kamelet:s3?bucket=results&prefix=a/")
                .otherwise("kamelet:folder?name=rest");
        try (WatchedFolder folder = program(table).start()) {
            assertThat(StartAnnouncement.of(folder.context(), 0)).filteredOn(line -> line.contains("results ")).singleElement()
                    .asString().contains("queue alerts", "webhook https://example.com", "s3 results",
                            data.resolve("results/rest").toString())
                    .doesNotContain("T0KEN", "S3CRET", " ,", "source");
        }
    }

    @ParameterizedTest
    @CsvSource({"kamelet:webhook?url=https://example.com, '', true", "kamelet:webhook?url=https://example.com, s3cret, false",
            "kamelet:folder?name=bolts, '', false"})
    void theStartTellsThatWebhooksAreNotSigned(String destination, String secret, boolean told) {
        try (WatchedFolder folder = program(new RoutingTable().when("bolt", destination)).with("webhook.secret", secret).start()) {
            assertThat(StartAnnouncement.of(folder.context(), 0).contains("  webhooks are not signed: webhook.secret is not set"))
                    .isEqualTo(told);
        }
    }

    @Test
    void withDedupeByContentAnImageIsDeliveredOnceAlsoAfterARestart() {
        RoutingTable table = new RoutingTable().when("bolt", "kamelet:folder?name=bolts");
        try (WatchedFolder folder = program(table).with("dedupe", "content").start()) {
            folder.drop(new byte[] {1}, "a.jpg");
            await().until(() -> folder.files("done").equals(List.of("a.jpg")));
            folder.drop(new byte[] {1}, "b.jpg");
            await().until(() -> folder.files("done").equals(List.of("a.jpg", "b.jpg")));
        }
        try (WatchedFolder folder = program(table).with("dedupe", "content").start()) {
            folder.drop(new byte[] {1}, "c.jpg");
            folder.drop(new byte[] {2}, "d.jpg");
            await().until(() -> folder.files("done").equals(List.of("a.jpg", "b.jpg", "c.jpg", "d.jpg")));

            assertThat(folder.files("results")).containsExactly("bolts/a.jpg.json", "bolts/d.jpg.json");
        }
    }

    @Test
    void withDedupeByContentEqualImagesThatComeTogetherAreDeliveredOnce() {
        WatchedFolder equals = program(new RoutingTable().when("bolt", "kamelet:folder?name=bolts")).with("dedupe", "content");
        List<String> names = List.of("a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg", "f.jpg");
        names.forEach(name -> equals.drop(new byte[] {1}, name));
        try (WatchedFolder folder = equals.start()) {
            await().until(() -> folder.files("done").equals(names));

            assertThat(folder.files("results")).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kamelet:folder          | kamelet:folder needs name
            kamelet:folder?nmae=a   | kamelet:folder needs name, and has no parameter nmae: it has annotated, image, name
            kamelet:foldr?name=a    | there is no destination foldr: there are azure, folder, kafka, mail, mqtt, queue, s3, sqs,
            kamelet:queue           | kamelet:queue needs name
            kamelet:folder?name=a&image=ture | kamelet:folder image=ture: it is true or false
            kamelet:webhook?url=http://a&body=slak | kamelet:webhook body=slak: it is envelope, slack, teams, discord, JSON
            kamelet:webhook?url=http://a&body=slack&annotated=true | kamelet:webhook annotated=true can't go with body=slack, since
            kamelet:folder?name=a&imgae=true | kamelet:folder has no parameter imgae: it has annotated, image, name
            """)
    void aDestinationThatIsWrongStopsTheStartWithASentence(String destination, String word) {
        Path table = new RoutingTable().when("bolt", destination).write(data);
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("camel.main.routesIncludePattern",
                "file:routes/watch-folder.camel.yaml,file:" + table))) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output()).contains("/by-class.camel.yaml:").startsWith("Cannot start: ").contains(word);
            assertThat(program.output().lines()).hasSize(1);
        }
    }

    /** An address with the scheme file was written into files, and one without a scheme was taken for a receiver that is down. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            file:/tmp/T0KEN                  | kamelet:webhook url=file:/tmp is no http:// or https:// address
            RAW(htp:/host.example/T0KEN?a=b&c=d) | kamelet:webhook url=htp:/host.example is no http:// or https:// address
            """)
    void anAddressThatIsNoneOfTheWebStopsTheStartWithASentence(String url, String sentence) {
        Path table = new RoutingTable().whenAtWebhook("bolt", url).write(data);
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("camel.main.routesIncludePattern",
                "file:routes/watch-folder.camel.yaml,file:" + table))) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output()).startsWith("Cannot start: ").contains("/by-class.camel.yaml:", sentence)
                    .doesNotContain("T0KEN", "S3CRET");
            assertThat(program.output().lines()).hasSize(1);
        }
    }

    @Test
    void allMistakesAreToldAtOnceAndWhereTheyAre() {
        Path table = new RoutingTable().when("bolt", "kamelet:kafka?topic=my alerts!", "kamelet:s3?bucket=Res ults")
                .otherwise("kamelet:folder?name=../../etc").write(data);
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("s3.overrideEndpoint", "true", "s3.endpoint", "minio:9000",
                "kafka.brokers", "broker", "camel.main.routesIncludePattern",
                "file:routes/watch-folder.camel.yaml,file:" + table))) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output().lines()).hasSize(5).allMatch(line -> line.startsWith("Cannot start: "))
                    .anyMatch(line -> line.contains("by-class.camel.yaml:") && line.contains("kamelet:kafka topic=my alerts!"))
                    .anyMatch(line -> line.contains("by-class.camel.yaml:") && line.contains("kamelet:s3 bucket=Res ults"))
                    .anyMatch(line -> line.contains("by-class.camel.yaml:") && line.contains("kamelet:folder name=../../etc leads"))
                    .anyMatch(line -> line.contains("s3.endpoint=minio:9000 can't be used"))
                    .anyMatch(line -> line.contains("kafka.brokers=broker are no addresses"));
        }
    }

    /** It was taken for a broker that is down. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kamelet:queue?name=a  | queue.broker  | localhost:61616
            kamelet:kafka?topic=a | kafka.brokers | localhost
            """)
    void anAddressThatIsNoneOfABrokerStopsTheStartIfSomethingGoesThere(String destination, String property, String address) {
        Path table = new RoutingTable().when("bolt", destination).write(data);
        try (ProgramProcess program = ProgramProcess.start(data, Map.of(property, address, "camel.main.routesIncludePattern",
                "file:routes/watch-folder.camel.yaml,file:" + table))) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output()).startsWith("Cannot start: " + property + "=" + address + " ");
            assertThat(program.output().lines()).hasSize(1);
        }
        RoutingTable elsewhere = new RoutingTable().when("bolt", "kamelet:folder?name=bolts");
        try (WatchedFolder folder = program(elsewhere).with(property, address).start()) {
            assertThat(folder.context().isStarted()).isTrue();
        }
    }

    /** All of it from the first ampersand on was lost without a word. */
    @Test
    void anAddressThatWouldLoseItsEndStopsTheStartWithASentence() {
        Path table = new RoutingTable().whenAtWebhook("bolt", "https://hooks.example/a?b=1&sig=T0KEN").write(data);
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("camel.main.routesIncludePattern",
                "file:routes/watch-folder.camel.yaml,file:" + table))) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output()).startsWith("Cannot start: ").contains("RAW(").doesNotContain("T0KEN");
            assertThat(program.output().lines()).hasSize(1);
        }
    }
}
