package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command --check in a process of its own. */
class ConfigurationCheckIT {

    @TempDir
    Path data;

    private List<String> mistakes(Map<String, String> properties) {
        try (ProgramProcess program = ProgramProcess.command(data, properties, "--check")) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            return program.output().lines().toList();
        }
    }

    @Test
    void theShippedConfigurationIsRightAndNothingIsMade() throws IOException {
        try (ProgramProcess program = ProgramProcess.command(data, Map.of(), "--check")) {
            assertThat(program.exitCode()).as(program.output()).isZero();
            assertThat(program.output().lines()).hasSize(3);
            assertThat(program.output()).startsWith("Nothing is wrong").contains("watch-folder", "by-class",
                    "parts-detect/1: object-detection of bolt, nut, washer, gear, scratch");
        }
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files.map(file -> file.getFileName().toString())).allMatch(name -> name.startsWith("output"));
        }
    }

    /** A start names the mistakes of its first step only. */
    @Test
    void mistakesOfAllStepsAreToldAtOnce() throws IOException {
        Files.writeString(data.resolve("by-class.camel.yaml"), """
                - route:
                    id: by-class
                    from:
                      uri: direct:by-class
                      steps:
                        - filter:
                            expression:
                              language:
                                language: roboflow
                                expression: scratch, bolt
                            steps:
                              - to:
                                  uri: kamelet:folder
                                  parameters:
                                    nme: scratches
                        - filter:
                            expression:
                              language:
                                language: roboflow
                                expression: helmet
                            steps:
                              - to: kamelet:webhook?url=nowhere
                              - to: nix:place
                """);

        assertThat(mistakes(Map.of("inbx", "/tmp/q", "dedupe", "contents", "inbox.delay", "soon", "delivery.database", "jdbc:nix:a",
                "camel.component.roboflow.colour", "red", "camel.component.roboflow.confidense", "0.4",
                "camel.main.routesIncludePattern", "file:routes/{{routes}}.camel.yaml,file:" + data + "/by-class.camel.yaml")))
                .allMatch(line -> line.startsWith("Cannot start: ")).hasSize(11)
                .anyMatch(line -> line.contains("no property inbx: did you mean inbox?"))
                .anyMatch(line -> line.contains("dedupe=contents: it is none or content"))
                .anyMatch(line -> line.contains("inbox.delay=soon is no time"))
                .anyMatch(line -> line.contains("no JDBC driver"))
                .anyMatch(line -> line.contains("no option colour of RoboflowComponent"))
                .anyMatch(line -> line.contains("no option confidense of RoboflowComponent: did you mean confidence?"))
                .anyMatch(line -> line.contains("by-class.camel.yaml:6: The condition 'scratch, bolt' is wrong at column 8"))
                .anyMatch(line -> line.contains("by-class.camel.yaml:12: kamelet:folder needs name, and has no parameter nme"))
                .anyMatch(line -> line.contains("kamelet:webhook url=nowhere"))
                .anyMatch(line -> line.contains("nix://place"))
                .anyMatch(line -> line.contains("the condition 'helmet' asks for 'helmet', a class that parts-detect/1 does not"));
    }

    /** They were found by the start only, which makes the routes. */
    @Test
    void wrongExpressionsOfAllRoutesAreTold() throws IOException {
        String route = """
                - route:
                    id: %1$s
                    from:
                      uri: direct:%1$s
                      steps:
                        - setBody:
                            simple: "${%2$s}"
                """;
        Files.writeString(data.resolve("by-class.camel.yaml"), route.formatted("by-class", "bodie")
                + route.formatted("everything-else", "heder.x") + route.formatted("right", "body"));

        assertThat(mistakes(Map.of("camel.main.routesIncludePattern",
                "file:routes/{{routes}}.camel.yaml,file:" + data + "/by-class.camel.yaml"))).hasSize(2)
                .anyMatch(line -> line.contains("by-class.camel.yaml: Unknown function: bodie"))
                .anyMatch(line -> line.contains("by-class.camel.yaml: Unknown function: heder.x"));
    }

    /** Placeholders are usual in mails, topics and names of files. */
    @Test
    void destinationsWithPlaceholdersWereFoundWrongByTheStartOnly() throws IOException {
        Files.writeString(data.resolve("by-class.camel.yaml"), """
                - route:
                    id: by-class
                    from:
                      uri: direct:by-class
                      steps:
                        - to:
                            uri: kamelet:mail
                            parameters:
                              to: nobody
                              from: camera@example.com
                              subject: "${counts} in ${imag}"
                        - to:
                            uri: kamelet:mqtt
                            parameters:
                              topic: "parts/${folder}/#"
                        - to: "file:%s?fileName=${file:name.noext}.json&tempFileName=.${exchangeId}.tmp"
                        - toD: "file:%s/${header.CamelRoboflowTopClass}"
                """.formatted(data, data));

        assertThat(mistakes(Map.of("mail.server", "host:99999", "camel.main.routesIncludePattern",
                "file:routes/{{routes}}.camel.yaml,file:" + data + "/by-class.camel.yaml"))).hasSize(4)
                .anyMatch(line -> line.contains("by-class.camel.yaml:6: kamelet:mail to=nobody can't be"))
                .anyMatch(line -> line.contains("unknown placeholder ${imag}"))
                .anyMatch(line -> line.contains("by-class.camel.yaml:12: kamelet:mqtt topic=parts/${folder}/# can't be"))
                .anyMatch(line -> line.contains("mail.server=host:99999 can't be"));
    }

    @Test
    void theFoldersAndModelsOfPairsAreChecked() {
        assertThat(mistakes(Map.of("watch.a.inbox", data + "/a", "watch.b.inbx", "b", "watch.b.model", "nix/1", "watch.b.inbox",
                data + "/a/b", "routes", "watch-folders", "watch.B.model", "c")))
                .anyMatch(line -> line.contains("no property watch.b.inbx: did you mean watch.b.inbox?"))
                .anyMatch(line -> line.contains("'B' can be no name of a watched folder"))
                .anyMatch(line -> line.contains("lie in each other, so an image would have two models"))
                .anyMatch(line -> line.contains("there is no folder 'nix/1'")).hasSize(4);
        assertThat(mistakes(Map.of("watch.a.inbox", data + "/a")))
                .singleElement().asString().contains("watch.a.inbox is set, but a route watches the folder of the property inbox"
                        + " alone: set routes=watch-folders");
        assertThat(mistakes(Map.of("routes", "watch-folders"))).singleElement().asString()
                .contains("the route watch-folders has nothing to watch: set watch.<name>.inbox");
    }

    @Test
    void aRouteThatWatchesAnotherFolderWasFoundByTheStartOnly() throws IOException {
        Files.writeString(data.resolve("watch.camel.yaml"), Files.readString(Path.of("routes/watch-folder.camel.yaml"))
                .replace("\"{{inbox}}\"", data + "/elsewhere"));

        assertThat(mistakes(Map.of("inbox", data + "/inbox", "camel.main.routesIncludePattern",
                "file:routes/by-class.camel.yaml,file:" + data + "/watch.camel.yaml"))).singleElement().asString()
                .contains("a route watches " + data + "/elsewhere, but its processStrategy is for " + data + "/inbox");
    }

    @Test
    void aModelThatIsMissingAndAFolderThatCanNotBeAreTold() throws IOException {
        Path file = Files.createFile(data.resolve("file"));

        assertThat(mistakes(Map.of("model", "nix/1", "done", file + "/done", "failed", data + "/inbox/failed", "results",
                file + "/results")))
                .anyMatch(line -> line.contains("there is no folder 'nix/1'"))
                .anyMatch(line -> line.contains("/file/done can't be created: " + file + " is no folder"))
                .anyMatch(line -> line.contains("results=" + file + "/results: the folder " + file + "/results can't be created"))
                .anyMatch(line -> line.contains("/inbox/failed lies in ")).hasSize(4);
    }

    @Test
    void aModelThatIsFetchedAtTheStartIsNotFetched() {
        Path models = data.resolve("models");
        try (ProgramProcess program = ProgramProcess.command(data, Map.of("model", "nix/1", "camel.component.roboflow.apiKey", "k",
                "camel.component.roboflow.modelsDirectory", models.toString(), "conditions.unknownClasses", "warn"), "--check")) {
            assertThat(program.exitCode()).as(program.output()).isZero();
            assertThat(program.output()).contains("nix/1: the start fetches it from Roboflow, which was not tried");
        }
        assertThat(models).doesNotExist();
    }

    @Test
    void theSharedPartsOfADispatcherAreChecked() {
        assertThat(mistakes(Map.of("routes", "dispatch", "scale.topic", "images!", "kafka.brokers", "nowhere", "scale.backlog", "0",
                "scale.source", "queue"))).hasSize(5)
                .anyMatch(line -> line.contains("scale.backlog=0 is no number from 1"))
                .anyMatch(line -> line.contains("it is folder, bucket, bucket-events, container or container-events"))
                .anyMatch(line -> line.contains("scale.topic=images! is no name of a topic"))
                .anyMatch(line -> line.contains("kafka.brokers=nowhere"))
                .anyMatch(line -> line.contains("delivery.database=jdbc:h2:file:") && line.contains("name a server, such as"));
    }
}
