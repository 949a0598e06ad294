package io.github.camelroboflow.app.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.delivery.folder.Retention.Limit;
import io.github.camelroboflow.inference.support.ConfigurationException.ConfigurationErrors;
import io.github.camelroboflow.inference.support.ConfigurationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes in the pairs of folders and models are named at the start. */
class WatchFoldersTest {

    private static List<String> mistakes(Map<String, String> properties) {
        ConfigurationErrors mistakes = new ConfigurationErrors();
        WatchFolders.check(Settings.of(name -> Optional.ofNullable(properties.get(name)), properties.keySet()),
                Path.of("data/results"), mistakes);
        return errors(mistakes);
    }

    private static List<String> errors(ConfigurationErrors mistakes) {
        return catchThrowable(mistakes::throwIfAny) instanceof ConfigurationException wrong ? wrong.errors() : List.of();
    }

    private static Map<String, String> twoWith(String property, String value) {
        Map<String, String> properties = new TreeMap<>(Map.of("watch.a.inbox", "data/a", "watch.b.inbox", "data/b"));
        properties.put(property, value);
        return properties;
    }

    @Test
    void pairsWithFoldersOfTheirOwnAreRight() {
        assertThat(mistakes(twoWith("watch.b.model", "other/1"))).isEmpty();
        assertThat(mistakes(Map.of("inbox", "data/inbox"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            watch.b.inbox  | data/a           | are the same folder, so an image would have two models
            watch.b.inbox  | data/./a/        | are the same folder
            watch.b.inbox  | data/a/b         | watch.b.inbox=data/a/b lie in each other, so an image would have two models
            watch.b.inbox  | data/done/a/next | watch.a.done=data/done/a and watch.b.inbox=data/done/a/next lie in each other
            watch.b.work   | data/work/a      | are the same folder, so images of one would come into the other
            watch.b.failed | data/a/failed    | watch.a.inbox=data/a and watch.b.failed=data/a/failed lie in each other
            watch.b.done   | data/b/done      | watch.b.inbox=data/b and watch.b.done=data/b/done lie in each other
            watch.b.inbox  | data/results/b   | watch.b.inbox=data/results/b and results=data/results lie in each other
            """)
    void foldersThatMeetAreNamed(String property, String value, String mistake) {
        assertThat(mistakes(twoWith(property, value))).singleElement().asString().contains(mistake)
                .endsWith("give each a folder of its own");
    }

    @ParameterizedTest
    @CsvSource({"master:images:scheduler:dispatch, folder, 1", "references:images, folder, 1",
            "master:images:scheduler:dispatch, bucket, 0", "references:images, bucket, 0", "scheduler:replay, folder, 0"})
    void theRolesDoNotLeavePairsWithoutALine(String source, String kind, int expected) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(source).to("mock:any");
                }
            });
            Map<String, String> properties = twoWith("scale.source", kind);
            ConfigurationErrors mistakes = new ConfigurationErrors();

            WatchFolders.checkRoutes(context, Settings.of(name -> Optional.ofNullable(properties.get(name)), properties.keySet()),
                    mistakes);

            assertThat(errors(mistakes)).hasSize(expected).allMatch(mistake ->
                    mistake.startsWith("watch.a.inbox is set, but the routes dispatch and work share"));
        }
    }

    @Test
    void whatAPairDoesNotSetIsThatOfTheProgram() {
        Settings settings = Settings.of(name -> Optional.ofNullable(Map.of("model", "parts/2", "watch.a.confidence", "60%",
                "watch.a.model", " ", "done", "end").get(name)), Map.of("watch.a.confidence", "", "watch.a.model", "").keySet());

        assertThat(settings.watches()).singleElement().satisfies(watch -> {
            assertThat(watch.model()).isEqualTo("parts/2");
            assertThat(watch.confidence()).hasValue(0.6);
            assertThat(watch.folders().inbox()).isEqualTo(Path.of("data/inbox"));
            assertThat(watch.folders().done()).isEqualTo(Path.of("end/a"));
            assertThat(watch.folders().work()).isEqualTo(Path.of("data/work/a"));
        });
    }

    @Test
    void oldFilesAreRemovedFromTheFoldersOfPairsToo() {
        Map<String, String> properties = twoWith("watch.b.done", "/other/done");
        properties.put("done.keepFor", "30d");
        Settings settings = Settings.of(name -> Optional.ofNullable(properties.get(name)), properties.keySet());

        assertThat(settings.retention().limits()).filteredOn(limit -> limit.name().equals("done")).extracting(Limit::folder)
                .containsExactly(Path.of("data/done").toAbsolutePath(), Path.of("/other/done").toAbsolutePath());
        assertThat(settings.retention().others()).contains(Path.of("data/a"), Path.of("data/work/a"))
                .doesNotContain(Path.of("data/done/a"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            watch.a.inbx      | there is no property watch.a.inbx: did you mean watch.a.inbox?
            watch.a.colour    | no property watch.a.colour: a watched folder has inbox, model, confidence, work, done
            watch.inbox       | there is no property watch.inbox: write watch.<name>.inbox
            watch.Line 1.inbox | 'Line 1' can be no name of a watched folder
            watch.a.b.inbox   | 'a.b' can be no name of a watched folder
            watch.a/b.inbox   | 'a/b' can be no name of a watched folder
            watch..inbox      | '' can be no name of a watched folder
            """)
    void wrongNamesAreNamed(String property, String mistake) {
        assertThatIllegalArgumentException().isThrownBy(() -> Settings.checkOfWatch(property)).withMessageContaining(mistake);
    }
}
