package io.github.camelroboflow.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LanguagePageTest {

    private static final Path PAGE = Path.of("src/main/docs/roboflow-language.adoc");
    private static final Pattern ROW = Pattern.compile("^\\| `(.+?)` \\|.*$", Pattern.MULTILINE);

    static List<String> conditions() throws IOException {
        return ROW.matcher(Files.readString(PAGE)).results().map(row -> row.group(1)).toList();
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void everyConditionOfTheTableIsOne(String condition) {
        assertThat(Condition.parse(condition).variable())
                .isEqualTo(condition.startsWith("before:") ? Optional.of("before") : Optional.empty());
    }

    @Test
    void everyWordOfTheLanguageIsInTheTable() throws IOException {
        assertThat(String.join("\n", conditions())).contains(" or ", " and ", "not ", "none", "count(", "coverage(", " without ",
                " near ", " inside ", " overlaps ", "*", "\"", "%");
    }

    @Test
    void theErrorThatItShowsIsTheOneThatComes() throws IOException {
        Matcher shown = Pattern.compile("The condition 'person, car' is wrong[^-]*").matcher(Files.readString(PAGE));
        assertThat(shown.find()).isTrue();
        try {
            Condition.parse("person, car");
        } catch (ConditionSyntaxException e) {
            assertThat(shown.group().strip().replaceAll("\\s+", " ")).isEqualTo(e.getMessage());
        }
    }
}
