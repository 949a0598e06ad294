package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.BucketProperties.InboxProperties;
import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.ContainerSettings;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.delivery.bucket.azure.AzureConnection.AzureSettings;
import java.time.Duration;

/** Declares the storage account of Azure, the container that images come to, and the queue of its events. */
final class AzureProperties {

    static final PropertyList ALL = new PropertyList();

    /** The longest time for which a storage queue hides a message, in seconds. */
    private static final int LONGEST_VISIBILITY = 604_800;

    static final Property<String> CONTAINER = ALL.text("azure.container", "images", """
            --- The routes watch-container and watch-container-events, which take images from a container of Azure Blob Storage. \
            src/main/docs/buckets.adoc lists the rights that they need""");
    static final Property<String> CONNECTION_STRING = ALL.secret("azure.connectionString",
            "{{env:AZURE_STORAGE_CONNECTION_STRING:}}", """
            The storage account, also of the destination kamelet:azure: a connection string as Azure's portal shows it, or the \
            name of the account with one of its keys or with a shared access signature (a SAS token)""");
    static final Property<String> CONNECTION_STRING_FILE = ALL.text("azure.connectionStringFile", "",
            "Or a file that holds the connection string");
    static final Property<String> ACCOUNT = ALL.text("azure.account", "{{env:AZURE_STORAGE_ACCOUNT:}}", "");
    static final Property<String> KEY = ALL.secret("azure.key", "{{env:AZURE_STORAGE_KEY:}}", "");
    static final Property<String> SAS_TOKEN = ALL.secret("azure.sasToken", "{{env:AZURE_STORAGE_SAS_TOKEN:}}", "");
    static final InboxProperties INBOX = new InboxProperties(ALL, "azure.", """
            The taken images, and where they end, as the properties of S3 above explain it""", "", "", "", "", "", "", "");
    static final Property<String> QUEUE = ALL.text("azure.queue", "images", """
            --- The route watch-container-events: the storage queue of the same account to which Event Grid sends the events of \
            new blobs""");
    static final Property<Integer> VISIBILITY_TIMEOUT = ALL.number("azure.visibilityTimeout", "60", 1, LONGEST_VISIBILITY, """
            The time after a crash until another program gets the message, in seconds. It is extended while an image is \
            processed""");

    private AzureProperties() {
    }

    static ContainerSettings container(PropertyValues values) {
        AzureSettings account = new AzureSettings(values.get(CONNECTION_STRING), values.get(ACCOUNT), values.get(KEY),
                values.get(SAS_TOKEN));
        return new ContainerSettings(account, INBOX.bucket(values, values.get(CONTAINER)), INBOX.images(values),
                values.get(QUEUE), Duration.ofSeconds(values.get(VISIBILITY_TIMEOUT)));
    }
}
