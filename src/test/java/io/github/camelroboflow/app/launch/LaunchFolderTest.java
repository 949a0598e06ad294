package io.github.camelroboflow.app.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchFolderTest {

    @TempDir
    Path target;

    private Path classes;
    private Path library;

    @BeforeEach
    void compile() throws IOException {
        classes = Files.createDirectory(target.resolve("classes"));
        Files.writeString(classes.resolve("A.class"), "a");
        library = Files.writeString(target.resolve("a library.jar"), "library");
    }

    private List<String> options(String... jvmOptions) throws IOException {
        return new LaunchFolder(List.of(classes, library)).options(List.of(jvmOptions));
    }

    private static String option(List<String> options, String prefix) {
        return options.stream().filter(option -> option.startsWith(prefix)).findFirst()
                .map(option -> option.substring(prefix.length())).orElse("");
    }

    /** Makes the archive that the options ask for. */
    private Path archive(String... jvmOptions) throws IOException {
        return Files.writeString(Path.of(option(options(jvmOptions), "-Dlaunch.archive=")), "archive");
    }

    private boolean usesAnArchive(String... jvmOptions) throws IOException {
        return !option(options(jvmOptions), "-XX:SharedArchiveFile=").isEmpty();
    }

    @Test
    void theClassPathIsAJarOfTheClassesAndTheLibraries() throws IOException {
        Path jar = target.resolve("launch/camel-roboflow.jar");

        assertThat(Files.readString(Path.of(option(options(), "@")))).isEqualTo("-cp \"" + jar + ":" + library + "\"");
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(file.getEntry("A.class")).isNotNull();
        }
    }

    @Test
    void anArchiveIsUsedAsLongAsNothingOfItsOriginChanges() throws IOException {
        assertThat(usesAnArchive()).isFalse();
        Path archive = archive();

        assertThat(option(options(), "-XX:SharedArchiveFile=")).isEqualTo(archive.toString());
        assertThat(options()).contains("-Xshare:auto").noneMatch(option -> option.startsWith("-XX:DumpLoadedClassList"));
    }

    @Test
    void anArchiveOfOtherJarsOrOptionsIsNotUsed() throws IOException {
        archive();
        assertThat(usesAnArchive("-Xmx1g")).isFalse();

        Files.setLastModifiedTime(library, FileTime.fromMillis(1_000));
        assertThat(usesAnArchive()).isFalse();
    }

    @Test
    void aClassThatIsCompiledAgainIsInTheJarAndNotInTheArchive() throws IOException {
        archive();
        Files.writeString(classes.resolve("B.class"), "b");

        assertThat(usesAnArchive()).isFalse();
        try (JarFile file = new JarFile(target.resolve("launch/camel-roboflow.jar").toFile())) {
            assertThat(file.getEntry("B.class")).isNotNull();
        }
    }

    @Test
    void oldArchivesAreDeleted() throws IOException {
        for (int i = 1; i < 6; i++) {
            Path archive = archive("-Xmx" + i + "g");
            Files.setLastModifiedTime(archive, FileTime.fromMillis(i * 1_000));
        }

        try (Stream<Path> files = Files.list(target.resolve("launch"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".jsa"))).hasSize(2);
        }
    }

    @Test
    void withAnotherFolderOnTheClassPathThereIsNoArchive() throws IOException {
        List<String> options = new LaunchFolder(List.of(classes, Files.createDirectory(target.resolve("more")))).options(List.of());

        assertThat(options).singleElement().asString().startsWith("@");
    }
}
