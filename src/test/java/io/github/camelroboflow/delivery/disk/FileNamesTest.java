package io.github.camelroboflow.delivery.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNamesTest {

    @Test
    void aSuffixComesBehindTheFullName() {
        assertThat(FileNames.withSuffix("sub/a.jpg", ".json")).isEqualTo("sub/a.jpg.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "ü", "漢", "🙂"})
    void aNameThatWouldBeTooLongIsCutAndMarkedWithAHash(String character) {
        String one = "sub/" + character.repeat(250 / length(character)) + "1.jpg";
        String other = "sub/" + character.repeat(250 / length(character)) + "2.jpg";

        String name = FileNames.withSuffix(one, ".json");

        assertThat(length(name.substring("sub/".length()))).isBetween(240, 255);
        assertThat(name).startsWith("sub/" + character).endsWith(".json").isNotEqualTo(FileNames.withSuffix(other, ".json"));
        assertThat(name).isEqualTo(new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    @Test
    void aMarkComesBeforeTheExtension() {
        assertThat(FileNames.withMark("a.b/c.d.jpg", "2")).isEqualTo("a.b/c.d~2.jpg");
        assertThat(FileNames.withMark("a.b/c", "2")).isEqualTo("a.b/c~2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.jpg", "line 1/Zahnräder ${x} 'y',z.jpg", "..a/b..jpg", "🙂‍🙂.png"})
    void aSafeNameStaysAsItIs(String name) {
        assertThat(FileNames.safe(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a.jpg", "../../etc/a.jpg", "/a.jpg", "a//b.jpg", "a/./b.jpg", "a/.../b.jpg", "..\\a.jpg",
        "C:\\a.jpg", "a\r\nb.jpg", "a\u0000.jpg", "\u202Egpj.exe", "..", "/", "\uFFFD.jpg"})
    void anUnsafeNameBecomesARelativePathOfItsOwn(String name) {
        String safe = FileNames.safe(name);

        Path folder = Path.of("/data/results");
        assertThat(folder.resolve(safe).normalize()).startsWithRaw(folder).isEqualTo(folder.resolve(safe)).isNotEqualTo(folder);
        assertThat(safe).contains("~").doesNotContain("\\", "//").matches("[^\\p{Cc}]+");
        assertThat(FileNames.safe(name.replace("a", "b").concat("x"))).isNotEqualTo(safe);
    }

    @Test
    void eachPartOfASafeNameIsShortEnough() {
        String safe = FileNames.safe("ä".repeat(200) + "/" + "b".repeat(300) + ".jpg");

        assertThat(safe.split("/")).hasSize(2).allMatch(part -> length(part) <= 255);
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
