package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.app.validation.StartChecks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The file of properties is UTF-8, as editors write it. */
class PropertiesEncodingTest {

    @TempDir
    Path folder;

    static Stream<CamelContext> contexts() {
        return Stream.of(new Application(System.out).createCamelContext(), new ConfigurationCheck().createCamelContext());
    }

    @ParameterizedTest
    @MethodSource("contexts")
    void aFolderWithAnUmlautIsNotAnotherFolder(CamelContext context) throws IOException {
        Path file = Files.writeString(folder.resolve("application.properties"), "inbox=data/Eingänge\nwork=data/\\u00e4\n");
        context.getPropertiesComponent().setLocation("file:" + file);

        assertThat(context.getPropertiesComponent().resolveProperty("inbox")).hasValue("data/Eingänge");
        assertThat(context.getPropertiesComponent().resolveProperty("work")).hasValue("data/ä");
    }

    @ParameterizedTest
    @MethodSource("contexts")
    void aFileInAnotherEncodingEndsTheStart(CamelContext context) throws IOException {
        Path file = Files.writeString(folder.resolve("application.properties"), "# für alle\ninbox=data/Eingänge\nmodel=parts/1\n",
                StandardCharsets.ISO_8859_1);
        context.getPropertiesComponent().setLocation("file:" + file);

        assertThatThrownBy(() -> StartChecks.checkProperties(context)).hasMessageContaining("inbox")
                .hasMessageContaining("save config/application.properties as UTF-8").hasMessageNotContaining("model");
    }
}
