package io.github.camelroboflow.embedded.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.inference.geometry.ImageSize;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected values are those of Python's {@code ast.literal_eval}. */
class WeightsMetadataTest {

    private static List<String> names(String text) {
        return new WeightsMetadata(Map.of("names", text)).classNames();
    }

    @Test
    void namesByClassId() {
        assertThat(names("{0: 'bolt', 1: \"driver's seat\", 2: 'caf\\xe9', 3: 'a, b: c', 4: 'say \\'x\\''}"))
                .containsExactly("bolt", "driver's seat", "café", "a, b: c", "say 'x'");
        assertThat(names("{2: 'gear', 0: 'bolt', 1: 'nut',}")).containsExactly("bolt", "nut", "gear");
        assertThat(names("{\"1\": \"nut\", \"0\": \"bolt\"}")).containsExactly("bolt", "nut");
        assertThat(names("['bolt', 'nut']")).isEqualTo(names("('bolt', 'nut')")).containsExactly("bolt", "nut");
        assertThat(names("{0: 7, 1: True, 2: None, 3: 0.5}")).containsExactly("7", "True", "None", "0.5");
        assertThat(names("")).isEmpty();
    }

    @Test
    void escapesOfPython() {
        assertThat(names("{0: 'tab\\there', 1: 'line\\nbreak', 2: '\\x7fdel', 3: '\\U000e0041tag', 4: '\\u2713', 5: '\\101\\60',"
                + " 6: '\\N{GREEK SMALL LETTER ALPHA}', 7: 'back\\\\slash', 8: '\\d', 9: '\\a\\b\\f\\r\\v', 10: 'a\\\nb'}"))
                        .containsExactly("tab\there", "line\nbreak", "\u007fdel", Character.toString(0xe0041) + "tag", "\u2713",
                                "A0", "\u03b1", "back\\slash", "\\d", "\u0007\b\f\r\u000b", "ab");
    }

    @Test
    void quotesAndPrefixesOfPython() {
        assertThat(names("['''it's \"so\"''', \"\"\"two\nlines\"\"\", r'\\n', u'caf\u00e9', b'caf\\xc3\\xa9', 'a' \"b\", ('c'),"
                + " '']"))
                .containsExactly("it's \"so\"", "two\nlines", "\\n", "café", "café", "ab", "c", "");
    }

    @Test
    void namesAreNotStripped() {
        assertThat(names("[' bolt ']")).containsExactly(" bolt ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{0: 'bolt', 2: 'nut'} | class 1", "{'bolt': 0} | 'bolt'", "{0: 'bolt | too soon",
        "{0 'bolt'} | comma", "['a' 0] | comma", "dict(a=1) | character 1", "\"bolt\" | neither", "['\\xZ1'] | 2 hexadecimal",
        "['\\N{NO SUCH}'] | NO SUCH", "[0] ] | follows", "[1..2] | unknown"})
    void unreadableNamesAreNamed(String text, String words) {
        assertThatIllegalArgumentException().isThrownBy(() -> names(text)).withMessageContaining(words)
                .withMessageContaining("class_names.txt");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> names("[".repeat(100_000))).withMessageContaining("nested");
    }

    @Test
    void literals() {
        assertThat(PythonLiteral.parse(" { 'a' : [ 1 , -2.5e3 , 0x1F , 1_000 , ( 3 , ) , { } ] , 'b' : { True , None } } "))
                .isEqualTo(Map.of("a", List.of(1L, -2500.0, 31L, 1000L, List.of(3L), Map.of()), "b", Arrays.asList(true, null)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[480, 640] | 640 | 480", "(480, 640) | 640 | 480", "640 | 640 | 640"})
    void inputSize(String text, int width, int height) {
        assertThat(new WeightsMetadata(Map.of("imgsz", text)).inputSize()).isEqualTo(new ImageSize(width, height));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "None", "[0, 0]", "big"})
    void unknownInputSize(String text) {
        assertThat(new WeightsMetadata(Map.of("imgsz", text)).inputSize()).isEqualTo(ImageSize.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "?", value = {"? | ? | ?", "True | ? | true", "False | ? | ?",
        "False | {'nms': False} | false", "False | {'batch': 1, 'nms': True} | true"})
    void whetherOverlappingBoxesAreSuppressed(String endToEnd, String args, Boolean expected) {
        Map<String, String> entries = endToEnd == null ? Map.of() : args == null ? Map.of("end2end", endToEnd)
                : Map.of("end2end", endToEnd, "args", args);

        assertThat(new WeightsMetadata(entries).endToEnd().orElse(null)).isEqualTo(expected);
    }
}
