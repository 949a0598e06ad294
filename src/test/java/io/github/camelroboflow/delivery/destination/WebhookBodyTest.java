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
        return WebhookBody.of(Files.writeString(folder.resolve("body.json"), json));
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
    @CsvSource(delimiter = '|', value = {"{\"a\": | is no JSON (line 1, column", "'' | is empty",
            "{\"a\": \"${imge}\"} | has an unknown placeholder ${imge}: use ${id}, ${image}, ", "{} {} | is no JSON"})
    void aFileThatCanNotBeUsedIsRefused(String json, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> body(json)).withMessageContaining("body.json " + message);
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> WebhookBody.of(folder.resolve("no.json")))
                .withMessageEndingWith("no.json can't be read (NoSuchFileException)");
    }
}
