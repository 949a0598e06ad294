package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.Samples.ShippedConfiguration;
import io.github.camelroboflow.app.fixture.RoutingTable;
import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of the operator's own replace those of the program. */
class OwnPartsTest {

    private static final RoutingTable TABLE = new RoutingTable().when("gear", "kamelet:folder?name=gears");

    @TempDir
    Path data;

    private Path steps() {
        return data.resolve("mine");
    }

    private void dropAndAwait(WatchedFolder folder, String written) {
        folder.drop("gears.jpg", "gears.jpg");
        await().until(() -> folder.files("done").equals(List.of("gears.jpg")));
        assertThat(data.resolve(written)).isNotEmptyFile();
    }

    @Test
    void aKameletInTheFolderOfKameletsWins() throws IOException {
        Path kamelets = Files.createDirectory(data.resolve("kamelets"));
        Files.writeString(kamelets.resolve("folder.kamelet.yaml"), """
                apiVersion: camel.apache.org/v1
                kind: Kamelet
                metadata:
                  name: folder
                spec:
                  definition:
                    required: [name]
                    properties:
                      name:
                        type: string
                  template:
                    from:
                      uri: kamelet:source
                      steps:
                        - toD: "file:%s/{{name}}?fileName=own.json"
                """.formatted(steps()));
        try (WatchedFolder folder = new WatchedFolder(data).with(TABLE)
                .with("camel.component.kamelet.location", "file:" + kamelets + ",classpath:kamelets").start()) {
            assertThat(ShippedConfiguration.areInUse(folder.context())).isFalse();
            dropAndAwait(folder, "mine/gears/own.json");
        }
    }

    @Test
    void aRouteTemplateOfThatNameWins() throws IOException {
        Path template = Files.writeString(data.resolve("own.camel.yaml"), """
                - routeTemplate:
                    id: folder
                    parameters:
                      - name: name
                    from:
                      uri: kamelet:source
                      steps:
                        - toD:
                            uri: "file:%s/{{name}}?fileName=own.json"
                """.formatted(steps()));
        try (WatchedFolder folder = new WatchedFolder(data).with("camel.main.routesIncludePattern",
                "file:routes/{{routes}}.camel.yaml,file:" + TABLE.write(data) + ",file:" + template).start()) {
            dropAndAwait(folder, "mine/gears/own.json");
        }
    }

    @Test
    void aBeanThatAFileOfRoutesDeclaresWins() throws IOException {
        Path beans = Files.writeString(data.resolve("own.camel.yaml"), """
                - beans:
                    - name: dedupe
                      type: org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository
                """);
        try (WatchedFolder folder = new WatchedFolder(data).with("camel.main.routesIncludePattern",
                "file:routes/{{routes}}.camel.yaml,file:" + TABLE.write(data) + ",file:" + beans).start()) {
            assertThat(folder.context().getRegistry().lookupByName("dedupe")).isInstanceOf(MemoryIdempotentRepository.class);
            dropAndAwait(folder, "results/gears/gears.jpg.json");
        }
    }

    @Test
    void aFileThatNamesTheFoldersOfEarlierVersionsStartsAllTheSame() {
        try (WatchedFolder folder = new WatchedFolder(data).with("camel.main.routesIncludePattern", 
                "file:routes/{{routes}}.camel.yaml,file:" + TABLE.write(data) + ",file:routes/common/*.camel.yaml").start()) {
            dropAndAwait(folder, "results/gears/gears.jpg.json");
        }
    }

    /** Nothing is asked of a bucket, and no database opened, by a route that uses none. */
    @Test
    void nothingIsMadeThatNoRouteUses() {
        try (WatchedFolder folder = new WatchedFolder(data).with(TABLE).start()) {
            dropAndAwait(folder, "results/gears/gears.jpg.json");

            assertThat(folder.context().hasService(BucketInbox.class)).isNull();
            assertThat(folder.context().hasService(DeliveryDatabase.class)).isNotNull();
            assertThat(folder.files("")).noneMatch(file -> file.endsWith(".mv.db"));
        }
    }
}
