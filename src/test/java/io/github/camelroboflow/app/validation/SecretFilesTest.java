package io.github.camelroboflow.app.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.app.validation.StartChecks.SecretFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {

    @TempDir
    Path folder;

    private static PropertiesComponent with(Map<String, String> values) {
        CamelContext context = new DefaultCamelContext();
        values.forEach(context.getPropertiesComponent()::addInitialProperty);
        return context.getPropertiesComponent();
    }

    @Test
    void aSecretMayBeInAFileOfItsOwn() throws IOException {
        for (String secret : SecretFiles.SECRETS) {
            Path file = Files.writeString(folder.resolve(secret), "s3cret of " + secret + "\n");
            PropertiesComponent properties = with(Map.of(secret + "File", file.toString()));
            SecretFiles.read(properties);
            assertThat(properties.resolveProperty(secret)).hasValue("s3cret of " + secret);
        }
    }

    @Test
    void oneThatIsInNoFileStaysAsItIs() {
        PropertiesComponent properties = with(Map.of("queue.password", "s3cret", "queue.passwordFile", ""));
        SecretFiles.read(properties);
        assertThat(properties.resolveProperty("queue.password")).hasValue("s3cret");
    }

    @Test
    void oneThatIsGivenTwiceOrCanNotBeReadIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), " \n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretFiles.read(with(Map.of("webhook.secretFile", folder.resolve("none").toString()))))
                .withMessageContaining("webhook.secretFile=").withMessageEndingWith("can't be read: there is no such file");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretFiles.read(with(Map.of("webhook.secretFile", file.toString()))))
                .withMessageContaining("is empty: write the secret into it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecretFiles.read(with(Map.of("webhook.secretFile", file.toString(), "webhook.secret", "s3cret"))))
                .withMessage("webhook.secret and webhook.secretFile are both set: leave one out");
    }
}
