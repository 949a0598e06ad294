package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelroboflow.LogLines;
import io.github.camelroboflow.app.fixture.ProgramProcess;
import io.github.camelroboflow.app.fixture.RoutingTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A condition that can never be true of the model's results was found out by an empty folder, weeks later. */
class ConditionsAtStartIT {

    @TempDir
    Path data;
    @RegisterExtension
    final LogLines log = new LogLines();

    private WatchedFolder folder(String... conditions) {
        RoutingTable table = new RoutingTable();
        for (String condition : conditions) {
            table.when(condition, "kamelet:folder?name=found");
        }
        return new WatchedFolder(data).with(table);
    }

    private static List<String> refusal(WatchedFolder folder) {
        try (folder) {
            Throwable failure = catchThrowable(folder::start);
            assertThat(failure).isNotNull();
            return StartError.sentences(failure);
        }
    }

    @ParameterizedTest
    @CsvSource({"helmet, helmet, .", "bolt without helmet, helmet, .", "defect-*, defect-*, .",
            "not count(Bolt) > 2, Bolt, ; did you mean 'bolt'?",
            "coverage(geer) > 5%, geer, ; did you mean 'gear'?"})
    void aClassThatTheModelDoesNotHaveStopsTheStart(String condition, String name, String end) {
        assertThat(refusal(folder(condition))).singleElement().asString().matches(".*by-class.camel.yaml:\\d+: the condition .*")
                .contains("'" + condition + "' asks for '" + name + "', a class that parts-detect/1 does not have" + end
                        + " Its classes are bolt, nut, washer, gear, scratch. Correct it, or set conditions.unknownClasses=warn.");
    }

    @Test
    void allOfThemAreToldAtOnce() {
        assertThat(refusal(folder("helmet", "bolt near vest", "gear"))).hasSize(2)
                .anyMatch(line -> line.contains("'helmet'")).anyMatch(line -> line.contains("'vest'"));
    }

    @Test
    void allTextsThatAreNoConditionsAreToldAtOnce() throws IOException {
        Path table = new RoutingTable().when("gear and", "kamelet:folder?name=found").when("none", "kamelet:folder?name=none")
                .when("bolt > ", "kamelet:folder?name=bolts").write(data);
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("camel.main.routesIncludePattern",
                "file:routes/watch-folder.camel.yaml,file:" + table))) {
            assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
            assertThat(program.output().lines().filter(line -> line.startsWith("Cannot start: "))).hasSize(2)
                    .allMatch(line -> line.matches(".*\\.yaml:\\d+: .*wrong at column.*"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "none", "gear", "ge*r or bolt", "count(nut inside washer) = 0", "coverage(scratch) > 5%"})
    void whatTheModelCanFindStartsWithoutAWord(String condition) {
        try (WatchedFolder folder = folder(condition).start()) {
            assertThat(folder.context().isStarted()).isTrue();
        }
        assertThat(log.with("the condition '" + condition + "'")).isEmpty();
    }

    @Test
    void withWarnUnknownClassesAreToldOnly() {
        try (WatchedFolder folder = folder("helmet-of-warn").with("conditions.unknownClasses", "warn").start()) {
            assertThat(folder.context().isStarted()).isTrue();
        }
        assertThat(log.with("helmet-of-warn")).singleElement().asString().startsWith("WARN ");
        assertThat(refusal(folder("helmet").with("conditions.unknownClasses", "ignore")))
                .containsExactly("conditions.unknownClasses=ignore: it is fail or warn");
    }

    /** Each image failed. */
    @ParameterizedTest
    @CsvSource({"cls-single, '* without *', classification", "cls-single, coverage(*) > 5%, classification",
            "cls-multi, count(* near *) > 1, multi-label-classification", "sem-stretch, * inside *, semantic-segmentation"})
    void aConditionThatTheModelCanNeverAnswerStopsTheStart(String model, String condition, String task) {
        WatchedFolder folder = folder(condition).with("model", model)
                .with("camel.component.roboflow.modelsDirectory", "src/test/resources/golden/models")
                .with("conditions.unknownClasses", "warn");

        assertThat(refusal(folder)).singleElement().asString().contains("by-class.camel.yaml:", "'" + condition
                + "' needs a model that locates objects, but " + model + " does " + task);
    }
}
