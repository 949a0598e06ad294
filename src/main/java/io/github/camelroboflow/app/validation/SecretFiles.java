package io.github.camelroboflow.app.validation;

import io.github.camelroboflow.inference.support.SecretFile;
import java.util.List;
import org.apache.camel.spi.PropertiesComponent;

/** Reads secrets from files, as containers mount them: {@code webhook.secretFile} and others. */
final class SecretFiles {

    static final String SUFFIX = "File";

    /** The properties that may be in files. The API key and the server's keys have their own options for that. */
    static final List<String> SECRETS = List.of("webhook.secret", "queue.password", "delivery.database.password");

    private SecretFiles() {
    }

    /**
     * Sets the properties to the contents of the files.
     *
     * @throws IllegalArgumentException if a file can't be read, or a secret is given in both ways
     */
    static void read(PropertiesComponent properties) {
        for (String secret : SECRETS) {
            String option = secret + SUFFIX;
            String file = properties.resolveProperty(option).orElse("");
            if (file.isBlank()) {
                continue;
            }
            if (!properties.resolveProperty(secret).orElse("").isBlank()) {
                throw new IllegalArgumentException(secret + " and " + option + " are both set: leave one out");
            }
            properties.addOverrideProperty(secret, SecretFile.read(option, file));
        }
    }
}
