import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies what people read and edit into the folder of which the build makes the zip: the configuration without the samples, the
 * routes and the pages. In the copies, commands are those of the zip's start script, and names of folders are those of the zip.
 */
public final class ZipTexts {

    private static final List<String> TEXTS = List.of(".md", ".adoc", ".properties", ".yaml");
    private static final String PAGES = "src/main/docs/";

    private ZipTexts() {
    }

    /** @param args the folder to make */
    public static void main(String[] args) throws IOException {
        Path zip = Path.of(args[0]);
        delete(zip);
        for (String page : List.of("README.md", "CHANGELOG.md")) {
            copy(Path.of(page), zip.resolve(page));
        }
        // about a clone
        Files.copy(Path.of("CONTRIBUTING.md"), zip.resolve("CONTRIBUTING.md"));
        for (String folder : List.of("config", "routes", PAGES)) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).filter(ZipTexts::isWanted).toList()) {
                    copy(file, zip.resolve(file.toString().replace('\\', '/').replace(PAGES, "docs/")));
                }
            }
        }
    }

    /** Deletes what an earlier build made. */
    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static boolean isWanted(Path file) {
        return !file.startsWith(Path.of("config", "samples")) && !file.startsWith(Path.of("config", "models"));
    }

    private static void copy(Path file, Path copy) throws IOException {
        Files.createDirectories(copy.getParent());
        if (TEXTS.stream().anyMatch(file.toString()::endsWith)) {
            Files.writeString(copy, text(Files.readString(file), file.getParent() == null));
        } else {
            Files.write(copy, Files.readAllBytes(file));
        }
    }

    /** @param describesClone whether the text is about a clone, too, which {@code mvn -q} alone starts */
    static String text(String text, boolean describesClone) {
        String commands = text.replaceAll("mvn -q -Dcommand=(?:\"([^\"]+)\"|([\\w-]+))", "bin/camel-roboflow $1$2")
                .replaceAll("mvn -q(?= -D(?!benchmark|skip))", "bin/camel-roboflow").replace(PAGES, "docs/");
        return describesClone ? commands : commands.replaceAll("mvn -q(?! *-P)", "bin/camel-roboflow");
    }
}
