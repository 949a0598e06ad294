package io.github.camelroboflow.app.validation;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.app.validation.StartChecks.RefusedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A folder of the inbox that was named as one of ours had the reports about its images taken for results to send again. */
class RefusedFolderTest {

    @TempDir
    Path data;

    private void check(String refused) {
        Map<String, String> properties = new HashMap<>();
        for (String name : new String[] {"inbox", "work", "done", "failed", "results"}) {
            properties.put(name, data.resolve(name).toString());
        }
        properties.put("outbox.refused", refused);
        RefusedFolder.check(name -> Optional.ofNullable(properties.get(name)));
    }

    @ParameterizedTest
    @CsvSource({"failed/webhooks, failed", "failed, failed", "inbox/again, inbox", "results/x/../y, results", "done/a, done",
            "work/a, work", "., inbox"})
    void aFolderThatIsNotApartFromImagesAndResultsStopsTheStart(String refused, String named) {
        assertThatThrownBy(() -> check(data.resolve(refused).toString())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("outbox.refused=", named + "=", "choose another folder");
    }

    @Test
    void aLinkIntoSuchAFolderStopsTheStartToo() throws IOException {
        Files.createDirectories(data.resolve("failed"));
        Files.createSymbolicLink(data.resolve("link"), data.resolve("failed"));

        assertThatThrownBy(() -> check(data.resolve("link/webhooks").toString())).hasMessageContaining("failed=");
    }

    @Test
    void aFolderOfItsOwnIsTaken() {
        assertThatCode(() -> check(data.resolve("refused").toString())).doesNotThrowAnyException();
        assertThatCode(() -> check(data.resolve("failed-results").toString())).doesNotThrowAnyException();
    }
}
