package io.github.camelroboflow.condition;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionSyntaxTest {

    /** The parts of messages that occur several times. */
    private static final Map<String, String> SHORT = Map.ofEntries(
            entry("ATOM", "a class name, 'none', 'count(', 'coverage(' or '('"),
            entry("COMMA", "to ask for any of several, write 'or' instead of the comma"),
            entry("COMPARED", "only a name, a list of names in brackets, count(…) and coverage(…) can be compared, and only once"),
            entry("RELATED", "one relation stands between two names, or lists of names in brackets;"
                    + " relations are joined with 'and' or 'or'"),
            entry("COLON", "a class name with a colon needs quotes; a variable's name, at the start,"
                    + " ends with a colon and a space"),
            entry("QUOTE", "that opens here is never closed; a class name that contains a quote needs quotes of the other kind"),
            entry("CONFIDENCE", "is no confidence, which goes from 0 to 1 or from 0% to 100%"),
            entry("SHARE", "is no share of the image, which goes from 0 to 1 or from 0% to 100%"),
            entry("OWN", "write the names in brackets of their own:"),
            entry("COUNTED", "to compare how many there are, write"),
            entry("LOGIC", "'and', 'or' or the end was expected"));

    /** The condition, the column and the message after it, with the abbreviations of {@link #SHORT}. */
    @ParameterizedTest(name = "[{0}]")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                          | 1  | found the end where ATOM was expected
            `   `                       | 4  | found the end where ATOM was expected
            person, car                 | 7  | found ',' where LOGIC; COMMA
            count(a, b) > 3             | 8  | found ',' where ')' was expected; COMMA
            person >= 0,8               | 12 | found ',' where LOGIC; decimals are written with a point
            person > 3                  | 10 | 3 CONFIDENCE; COUNTED count(person) > 3; for percent, write 3%
            (car or truck) >= 40        | 19 | 40 CONFIDENCE; COUNTED count(car or truck) >= 40; for percent, write 40%
            person > 1.5                | 10 | 1.5 CONFIDENCE; for percent, write 1.5%
            person > 140%               | 10 | 140% CONFIDENCE
            coverage(rust) > 5          | 18 | 5 SHARE; for percent, write 5%
            coverage(rust) > 500        | 18 | 500 SHARE
            coverage(rust) > lots       | 18 | found 'lots' where a share of the image such as 0.05 or 5% was expected
            coverage(rust > 0.5) > 5%   | 15 | found '>' where 'or' or ')' was expected; COMPARED
            coverage(rust)              | 15 | found the end where a comparison such as '> 5%' was expected
            coverage rust               | 10 | found 'rust' where '(' was expected; a class named 'coverage' needs quotes
            count                       | 6  | found the end where '(' was expected; a class named 'count' needs quotes
            count(person)               | 14 | found the end where a comparison such as '> 3' was expected
            count(person) > 0.5         | 17 | found '0.5' where a whole number such as 3 was expected
            count(person) > -1          | 17 | found '-1' where a whole number such as 3 was expected
            count(person) > 12345678901 | 17 | found '12345678901' where a whole number such as 3 was expected
            count() > 3                 | 7  | found ')' where a class name was expected
            count(not person) > 3       | 7  | found 'not' where a class name was expected; a class named 'not' needs quotes
            count(a or b >= 0.5) > 3    | 14 | found '>=' where ')' was expected; OWN (a or b)
            count(a or b near c) > 3    | 14 | found 'near' where ')' was expected; OWN (a or b)
            person >= high              | 11 | found 'high' where a confidence such as 0.8 or 80% was expected
            person >= -0.5              | 11 | found '-0.5' where a confidence such as 0.8 or 80% was expected
            person >= NaN               | 11 | found 'NaN' where a confidence such as 0.8 or 80% was expected
            person >= 1e-1              | 11 | found '1e-1' where a confidence such as 0.8 or 80% was expected
            person >=                   | 10 | found the end where a confidence such as 0.8 or 80% was expected
            person == 0.8               | 8  | found '==' where one of > >= < <= = != was expected
            person => 0.8               | 8  | found '=>' where one of > >= < <= = != was expected
            0.5 < person                | 7  | found 'person' where a confidence such as 0.8 or 80% was expected
            person > 0.5 < 0.8          | 14 | found '<' where LOGIC; COMPARED
            !person                     | 1  | found '!' where ATOM was expected; write 'not'
            > 0.5                       | 1  | found '>' where ATOM was expected; the class name comes first, then the comparison
            not not person              | 5  | found 'not' where ATOM was expected; a class named 'not' needs quotes
            person not helmet           | 8  | found 'not' where LOGIC; write 'and not'
            person and                  | 11 | found the end where ATOM was expected
            or person                   | 1  | found 'or' where ATOM was expected; a class named 'or' needs quotes
            near miss                   | 1  | found 'near' where ATOM was expected; a class named 'near' needs quotes
            person near                 | 12 | found the end where a class name was expected
            person near none            | 13 | found 'none' where a class name was expected; a class named 'none' needs quotes
            a near b near c             | 10 | found 'near' where LOGIC; RELATED
            (a and b) near c            | 11 | found 'near' where LOGIC; RELATED
            a near (b and c)            | 11 | found 'and' where 'or' or ')' was expected
            none > 0.5                  | 6  | found '>' where LOGIC; COMPARED
            (a and b) > 0.5             | 11 | found '>' where LOGIC; COMPARED
            ((a or b)) > 0.5            | 12 | found '>' where LOGIC; COMPARED
            (person                     | 8  | found the end where 'and', 'or' or ')' was expected
            person)                     | 7  | found ')' where LOGIC; there is no bracket to close
            ()                          | 2  | found ')' where ATOM was expected
            person "car"                | 8  | found '"car"' where LOGIC
            "person                     | 1  | the quote " QUOTE
            driver's licence            | 7  | the quote ' QUOTE
            ''                          | 1  | these quotes hold no class name
            a or "  "                   | 6  | these quotes hold no class name
            det:person                  | 4  | found ':' where LOGIC; COLON
            my det: person              | 7  | found ':' where LOGIC; COLON
            det:                        | 5  | found the end where ATOM was expected
            det: person, car            | 12 | found ',' where LOGIC; COMMA
            """)
    void tellsColumnAndWhatWasExpected(String condition, int column, String problem) {
        ConditionSyntaxException e = catchThrowableOfType(ConditionSyntaxException.class, () -> Condition.parse(condition));
        String full = problem;
        for (Map.Entry<String, String> entry : SHORT.entrySet()) {
            full = full.replace(entry.getKey(), entry.getValue());
        }
        assertThat(e).hasMessage("The condition '" + condition + "' is wrong at column " + column + ": " + full + ".");
        assertThat(e.column()).isEqualTo(column);
    }

    @ParameterizedTest
    @ValueSource(ints = {51, 10_000, 1_000_000})
    void tooDeepBracketsAreAnError(int depth) {
        assertThatThrownBy(() -> Condition.parse("(".repeat(depth))).isInstanceOf(ConditionSyntaxException.class)
                .hasMessageContaining("is wrong at column 51: brackets are nested more than 50 deep");
    }

    @Test
    void fiftyBracketsAreNoError() {
        assertThat(Condition.parse("(".repeat(50) + "a" + ")".repeat(50)).test(Results.detections("a/0.5"))).isTrue();
    }

    @Test
    void longConditionsAreShownInPart() {
        String condition = "a or ".repeat(100) + "or" + " or a".repeat(100);
        assertThatThrownBy(() -> Condition.parse(condition)).hasMessageStartingWith("The condition '…")
                .hasMessageContaining("…' is wrong").hasMessageContaining("column 501").message().hasSizeLessThan(400);
    }

    @Test
    void anyTextIsReadOrRefusedInItsColumns() {
        String[] pieces = {"person", "traffic light", " ", " ", " ", "(", ")", "or", "and", "not", "none", "count(", "coverage(",
                "near", "inside", "without", ">", ">=", "=", "!", "!=", "0.5", "5%", "7", "%", ",", ":", ": ", "'", "\"", "*", "\n",
                "\t", "é", "\uD83D\uDE00", "\u00A0", "\0", "."};
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length >= 0; length--) {
                text.append(random.nextInt(20) == 0 ? String.valueOf((char) random.nextInt(0x10000))
                        : pieces[random.nextInt(pieces.length)]);
            }
            try {
                Condition.parse(text.toString()).test(Results.detections("person/0.5; traffic light/0.7"));
            } catch (ConditionSyntaxException e) {
                assertThat(e.column()).isBetween(1, text.length() + 1);
            }
        }
    }
}
