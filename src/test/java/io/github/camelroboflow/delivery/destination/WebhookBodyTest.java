package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.camelroboflow.delivery.destination.WebhookBody.WebhookValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookBodyTest {

    @TempDir
    Path folder;

    private WebhookBody body(String json) throws IOException {
        return WebhookBody.of(Files.writeString(folder.resolve("body.json"), json).toString());
    }

    private static WebhookValues facts(String image) {
        Map<String, String> texts = new LinkedHashMap<>(WebhookValues.NONE.texts());
        texts.put("image", image);
        return new WebhookValues(texts, JsonNodeFactory.instance.objectNode().put("a", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\"}, {\"b", "${source}", "$1\\", "\u0000\r\n\u2028", "${result}"})
    void aNameIsTextWhateverItHolds(String name) throws IOException {
        String sent = body("{\"a\": [\"<${image}>\", 1, null, true, {\"b${image}\": \"${image}\"}]}").with(facts(name));

        String text = JsonNodeFactory.instance.textNode(name).toString();
        String inner = text.substring(1, text.length() - 1);
        assertThat(sent).isEqualTo("{\"a\":[\"<" + inner + ">\",1,null,true,{\"b${image}\":" + text + "}]}");
    }

    @Test
    void theResultStandsForATextOfItsOwn() throws IOException {
        assertThat(body("[\"${result}\"]").with(facts("a"))).isEqualTo("[{\"a\":1}]");
    }

    @Test
    void longNamesAreShortened() throws IOException {
        assertThat(body("[\"${image}\"]").with(facts("a".repeat(499) + "😀b"))).isEqualTo("[\"" + "a".repeat(499) + "…\"]");
    }

    @ParameterizedTest
    @CsvSource({"${image:5}, aaaa…", "${image:10}, aaaaaaaaaa", "${image:1}, …", "-${image:3}${image:3}, -aa…aa…"})
    void aPlaceholderMayHaveALengthOfItsOwn(String text, String filled) throws IOException {
        assertThat(body("[\"" + text + "\"]").with(facts("a".repeat(10)))).isEqualTo("[\"" + filled + "\"]");
    }

    @Test
    void aPairOfSurrogatesIsNotDivided() throws IOException {
        assertThat(body("[\"${image:4}\"]").with(facts("aa😀bbb"))).isEqualTo("[\"aa…\"]");
    }

    @Test
    void jsonMayStandInThePlaceOfAFile() {
        assertThat(WebhookBody.of("{\"a\": \"${image}\"}").with(facts("b"))).isEqualTo("{\"a\":\"b\"}");
        assertThat(WebhookBody.of("[\n\"${image}\"\n]").with(facts("b"))).isEqualTo("[\"b\"]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"a\": | it is no JSON (line 1, column", "{\"a\": {\"b\": 1}} | write a space between",
            "[\"${imge}\"] | its JSON has an unknown placeholder ${imge}: use ${id}"})
    void jsonThatCanNotBeUsedIsRefused(String json, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookBody.of(json)).withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"a\": | is no JSON (line 1, column", "'' | is empty",
            "{\"a\": \"${imge}\"} | has an unknown placeholder ${imge}: use ${id}, ${image}, ", "{} {} | is no JSON",
            "[\"${image:0}\"] | has an unknown placeholder ${image:0}", "[\"${image:x}\"] | has an unknown placeholder ${image:x}",
            "[\"${}\"] | has an unknown placeholder ${}",
            "[\"-${result}\"] | has ${result} beside other text: it is a text of its own"})
    void aFileThatCanNotBeUsedIsRefused(String json, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> body(json)).withMessageContaining("body.json " + message);
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookBody.of(folder.resolve("no.json").toString()))
                .withMessageEndingWith("no.json can't be read (NoSuchFileException)");
    }
}
