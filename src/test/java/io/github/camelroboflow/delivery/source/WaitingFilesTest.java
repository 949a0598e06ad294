package io.github.camelroboflow.delivery.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaitingFilesTest {

    @TempDir
    Path inbox;

    private void create(String... names) throws IOException {
        for (String name : names) {
            Files.createDirectories(inbox.resolve(name).getParent());
            Files.createFile(inbox.resolve(name));
        }
    }

    @Test
    void itCountsTheFilesThatTheSourceTakes() throws IOException {
        create("a.jpg", "line/b.PNG", "line/deep/c.jpg", "notes.txt", ".hidden.jpg", ".git/d.jpg", "@eaDir/e.jpg", "no/f.jpg");
        ImageNameFilter names = new ImageNameFilter("jpg,png", "", "no/**");

        assertThat(new WaitingFiles(inbox, names).count()).isEqualTo(3);
        assertThat(List.of("a.jpg", "line/b.PNG", "line/deep/c.jpg")).allMatch(names::accept);
    }

    @Test
    void aFolderThatIsGoneHasNone() {
        assertThat(new WaitingFiles(inbox.resolve("gone"), new ImageNameFilter("jpg", "", "")).count()).isZero();
    }
}
