package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.Samples.ShippedConfiguration;
import io.github.camelroboflow.app.fixture.RoutingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples were sent to the receivers of a table that the user had written before the first start. */
class ShippedPartsIT {

    @TempDir
    Path data;

    private boolean areInUse(WatchedFolder folder) {
        try (WatchedFolder started = folder.start()) {
            return ShippedConfiguration.areInUse(started.context());
        }
    }

    @Test
    void theRoutesAndTheModelAsTheyAreInTheRepository() {
        assertThat(areInUse(new WatchedFolder(data))).isTrue();
    }

    @Test
    void aTableThatWasChangedIsNotTheShippedOne() {
        assertThat(areInUse(new WatchedFolder(data).with(new RoutingTable().when("gear", "kamelet:folder?name=gears")))).isFalse();
    }

    @Test
    void aModelInThePlaceOfTheShippedOneIsAnother() throws IOException {
        Path model = Files.createDirectories(data.resolve("models/parts-detect/1"));
        Path other = Path.of("src/test/resources/golden/models/det-stretch");
        try (var files = Files.list(other)) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        assertThat(areInUse(new WatchedFolder(data).with("conditions.unknownClasses", "warn")
                .with("camel.component.roboflow.modelsDirectory", data.resolve("models").toString()))).isFalse();
    }
}
