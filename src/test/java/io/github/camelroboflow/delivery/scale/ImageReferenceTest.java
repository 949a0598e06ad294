package io.github.camelroboflow.delivery.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.delivery.scale.ImageReference.InvalidReferenceException;
import io.github.camelroboflow.inference.support.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {

    private static ObjectNode json() {
        try {
            return (ObjectNode) Json.MAPPER.readTree(References.file("line 1/a.jpg").json());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aReferenceIsReadAsItWasWritten() throws Exception {
        for (ImageReference reference : new ImageReference[] {References.file("a\nb \"c\".jpg"),
                References.object("inbox//../ü.jpg", "etag")}) {
            assertThat(ImageReference.parse(reference.json())).isEqualTo(reference);
        }
        assertThat(References.file("a.jpg").json()).hasSizeLessThan(1000);
    }

    @Test
    void aLongKeyOfABucketFits() throws Exception {
        ImageReference reference = References.object("\u0001".repeat(1024), "etag");

        assertThat(ImageReference.parse(reference.json())).isEqualTo(reference);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"version|2|its version is 2, and this program reads only 1", "version|\"1\"|version",
        "version|null|version", "claim|\"1-1-1-1-1\"|claim", "claim|\"x\"|claim", "kind|\"ftp\"|[file, s3, azure]",
        "place|\"\"|place",
        "key|\"../../etc/passwd\"|key", "key|\"/etc/passwd\"|key", "key|\"a//b\"|key", "key|7|key", "name|\"a/../b\"|name",
        "size|-1|size", "size|1.5|size", "size|99999999999999999999|size", "mark|[]|mark", "sent|\"yesterday\"|sent",
        "tries|-1|tries", "also|1|unknown field also"})
    void anOddFieldIsRefusedInASentence(String field, String value, String words) throws Exception {
        ObjectNode json = json();
        json.set(field, Json.MAPPER.readTree(value));

        assertThatThrownBy(() -> ImageReference.parse(json.toString())).isInstanceOf(InvalidReferenceException.class)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "claim", "kind", "place", "key", "name", "size", "mark", "sent", "tries"})
    void aMissingFieldIsRefused(String field) {
        ObjectNode json = json();
        json.remove(field);

        assertThatThrownBy(() -> ImageReference.parse(json.toString())).isInstanceOf(InvalidReferenceException.class)
                .hasMessageContaining(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{", "{} {}", "\u0000"})
    void otherContentIsRefused(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(InvalidReferenceException.class);
    }

    @Test
    void aNameThatComesTwiceAndContentOfAnyLengthAreRefused() {
        String twice = json().toString().replaceFirst("\\{", "{\"tries\":1,");

        assertThatThrownBy(() -> ImageReference.parse(twice)).isInstanceOf(InvalidReferenceException.class);
        assertThatThrownBy(() -> ImageReference.parse(null)).isInstanceOf(InvalidReferenceException.class);
        assertThatThrownBy(() -> ImageReference.parse("[".repeat(100_000))).isInstanceOf(InvalidReferenceException.class);
        assertThatThrownBy(() -> ImageReference.parse("[".repeat(10_000))).isInstanceOf(InvalidReferenceException.class);
    }

    /** A message with a changed character is a reference or is refused, and never ends the program that reads it. */
    @Test
    void damageIsNeverAnythingButARefusal() {
        Random random = new Random(7);
        String whole = json().toString();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder damaged = new StringBuilder(whole);
            damaged.setCharAt(random.nextInt(whole.length()), (char) random.nextInt(128));

            Throwable thrown = catchThrowable(() -> ImageReference.parse(damaged.toString()));

            assertThat(thrown == null || thrown instanceof InvalidReferenceException).as(damaged + ": " + thrown).isTrue();
        }
    }
}
