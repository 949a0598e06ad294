package io.github.camelroboflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Texts for users begin no sentence with a clause; Checkstyle looks at the comments of Java. */
class PlainEnglishTest {

    private static final String CLAUSE = "(What|Who|Of|Those)\\b";
    private static final String SENTENCE_END = "[.!?:]\\**\\s+";
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern IN_LITERAL = Pattern.compile("(^|" + SENTENCE_END + ")" + CLAUSE);
    /** Also at the start of a line, of an item or of a cell. */
    private static final Pattern IN_PAGE = Pattern.compile("(^[\\s*.|#-]*|\\| *|" + SENTENCE_END + ")" + CLAUSE);
    private static final Pattern IN_COMMENT = Pattern.compile("#(.*" + SENTENCE_END + "|[\\s#]*)" + CLAUSE);

    @Test
    void pagesBeginNoSentenceWithAClause() throws IOException {
        assertThat(Stream.concat(Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md").map(Path::of),
                files("src/main/docs", ".adoc")).flatMap(file -> lines(file, IN_PAGE))).isEmpty();
    }

    @Test
    void commentsOfWhatOperatorsEditBeginNoSentenceWithAClause() throws IOException {
        assertThat(Stream.concat(files("config", ".properties"), files("routes", ".yaml"))
                .flatMap(file -> lines(file, IN_COMMENT))).isEmpty();
    }

    @Test
    void messagesBeginNoSentenceWithAClause() throws IOException {
        assertThat(files("src/main/java", ".java").flatMap(file -> numbered(file).filter(line -> LITERAL.matcher(line).results()
                .map(literal -> literal.group(1)).anyMatch(text -> IN_LITERAL.matcher(text).find())))).isEmpty();
    }

    private static Stream<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(ending)).toList().stream();
        }
    }

    private static Stream<String> lines(Path file, Pattern wrong) {
        return numbered(file).filter(line -> wrong.matcher(line.replaceFirst("^[^:]*:\\d+: ", "")).find());
    }

    /** Each line as {@code file:number: line}. */
    private static Stream<String> numbered(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return IntStream.range(0, lines.size()).mapToObj(i -> file + ":" + (i + 1) + ": " + lines.get(i));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
