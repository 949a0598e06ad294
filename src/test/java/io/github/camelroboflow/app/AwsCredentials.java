package io.github.camelroboflow.app;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets Amazon's library find credentials in this JVM: those that {@link S3Server} knows. They are never taken away, so that tests
 * which need them can run side by side.
 */
public final class AwsCredentials implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        provide();
    }

    public static void provide() {
        System.setProperty("aws.accessKeyId", S3Server.KEY_ID);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET);
    }
}
