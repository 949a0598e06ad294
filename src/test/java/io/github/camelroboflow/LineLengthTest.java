package io.github.camelroboflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Lines are short enough to be read side by side with others. */
class LineLengthTest {

    private static final int MOST = 132;
    private static final Path GENERATED = Path.of("src/generated");

    @Test
    void noLineOfJavaIsLongerThan132Characters() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java") && !file.startsWith(GENERATED))
                    .flatMap(LineLengthTest::longLines)).isEmpty();
        }
    }

    /** Each as {@code file:line}. */
    private static Stream<String> longLines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return IntStream.range(0, lines.size()).filter(i -> lines.get(i).codePoints().count() > MOST)
                    .mapToObj(i -> file + ":" + (i + 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
