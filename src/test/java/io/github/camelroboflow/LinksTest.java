package io.github.camelroboflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The links in README.md lead to sections and files that exist. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]*)(?:#([^)]*))?\\)");

    @Test
    void noLinkLeadsNowhere() throws IOException {
        assertThat(LINK.matcher(Files.readString(Path.of("README.md"))).results()
                .filter(link -> !link.group(1).startsWith("http") && !exists(link.group(1), link.group(2)))
                .map(link -> link.group())).isEmpty();
    }

    private static boolean exists(String file, String section) {
        Path page = Path.of(file.isEmpty() ? "README.md" : file);
        return Files.exists(page) && (section == null || headings(page).anyMatch(section::equals));
    }

    /** Returns the names of a page's sections as the page gives them, or GitHub or Asciidoctor makes them. */
    private static Stream<String> headings(Path page) {
        try {
            return Files.readString(page).lines().filter(line -> line.matches("[#=]+ .*|\\[#.*]")).map(LinksTest::name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String name(String heading) {
        String text = heading.toLowerCase(Locale.ROOT);
        return switch (text.charAt(0)) {
            case '[' -> text.substring(2, text.length() - 1);
            case '#' -> text.replaceFirst("#+ ", "").replaceAll("[^\\w\\- ]", "").replace(' ', '-');
            default -> text.replaceFirst("=+", "").replaceAll("[^a-z0-9]+", "_");
        };
    }
}
