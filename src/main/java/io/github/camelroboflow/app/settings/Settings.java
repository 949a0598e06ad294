package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.delivery.bucket.BucketSettings;
import io.github.camelroboflow.delivery.bucket.azure.AzureConnection.AzureSettings;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.bucket.s3.SqsQueue.SqsSettings;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.destination.DeduplicationRepository.DeduplicationSettings;
import io.github.camelroboflow.delivery.destination.MailSender.MailSettings;
import io.github.camelroboflow.delivery.destination.MqttConnection.MqttSettings;
import io.github.camelroboflow.delivery.destination.QueueConnections.QueueSettings;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.folder.InboxStrategy;
import io.github.camelroboflow.delivery.folder.Retention.RetentionSettings;
import io.github.camelroboflow.delivery.outbox.Outbox.OutboxSettings;
import io.github.camelroboflow.delivery.scale.dispatch.Dispatch.DispatchSettings;
import io.github.camelroboflow.delivery.scale.work.ReferenceComponent.WorkSettings;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.export.ExportFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of the program, read from its properties.
 *
 * @param model        the model of the only watched folder
 * @param images       which files are images
 * @param bucketImages which objects are images
 * @param summary      the time between two lines about the work; zero for none
 * @param watches      the pairs of a folder and a model, if there are several
 */
public record Settings(String model, InboxSettings inbox, ImageNameFilter images, RetentionSettings retention, S3Settings s3,
        BucketSettings bucket, ImageNameFilter bucketImages, ContainerSettings container, QueueSettings queue,
        KafkaSettings kafka, SqsSettings sqs, MailSettings mail, MqttSettings mqtt, OutboxSettings outbox,
        DatabaseSettings database, DeduplicationSettings deduplication, ServerSettings server, PageSettings page,
        OutageSettings outage, SamplesSettings samples, Duration summary, BatchSettings batch, ScaleSettings scale,
        List<Watch> watches) {

    /**
     * A watched folder with its model.
     *
     * @param name       empty if the program has only this one
     * @param confidence the model's own threshold, 0 to 1; empty for that of all models
     */
    public record Watch(String name, InboxSettings folders, String model, Optional<Double> confidence) {

        /** Returns the id of its route, if the program has several. */
        public String route() {
            return "watch-" + name;
        }

        /** Returns the name of an image among those of all folders. */
        public String nameOf(String image) {
            return InboxStrategy.nameOf(name, image);
        }
    }

    /**
     * The settings of Kafka.
     *
     * @param timeout in milliseconds
     */
    public record KafkaSettings(String brokers, int timeout) {
    }

    /**
     * The settings of a storage account of Azure, and of a container that images come to.
     *
     * @param images    which objects are images
     * @param queue     the queue of the events for new objects
     * @param hiddenFor the time for which a received message is hidden from others
     */
    public record ContainerSettings(AzureSettings account, BucketSettings inbox, ImageNameFilter images, String queue,
            Duration hiddenFor) {
    }

    /** The settings of the server. */
    public record ServerSettings(String host, int port, String keys, String keysFile) {

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * The settings of the page.
     *
     * @param port     0 for any free one
     * @param password blank for none; then the host is a loopback address
     * @param name     the name behind a proxy; empty for none
     * @param requests whether the images of the server's clients are shown
     */
    public record PageSettings(boolean enabled, String host, int port, String password, String name, boolean requests) {

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]*");
        private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?::1]?");

        /** @throws IllegalArgumentException if everybody could use the page */
        public PageSettings {
            if (enabled && password.isBlank() && !LOOPBACK.matcher(host).matches()) {
                throw new IllegalArgumentException("page.host=" + host + " would show the page to others without a password:"
                        + " set page.password, or leave page.host=localhost");
            }
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("page.name=" + name + " is no name of a host: write it without https:// and"
                        + " without a port, such as vision.example.com");
            }
            if (enabled && password.isBlank() && !name.isEmpty()) {
                throw new IllegalArgumentException("page.name=" + name + " would show the page to others without a password:"
                        + " set page.password");
            }
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** The settings of outages. */
    public record OutageSettings(Duration retryAfter, Duration maxRetryAfter) {
    }

    /** The settings of the sample images. */
    public record SamplesSettings(boolean enabled, Path directory) {
    }

    /**
     * The settings of the route batch.
     *
     * @param in      the folder of the images
     * @param out     the folder of the results
     * @param exports further formats
     * @param images  which files are images
     */
    public record BatchSettings(String in, String out, List<ExportFormat> exports, ImageNameFilter images) {
    }

    /** The sources of a dispatcher. */
    public enum ScaleSource {
        FOLDER, BUCKET, BUCKET_EVENTS, CONTAINER, CONTAINER_EVENTS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * The settings of the roles dispatch and work.
     *
     * @param topic    the topic of references
     * @param election the folder of the lock that elects the dispatcher
     * @param local    a folder of this machine alone
     * @param isRole   whether this program has one of the roles
     */
    public record ScaleSettings(String topic, ScaleSource source, DispatchSettings dispatch, Path election, WorkSettings work,
            Path local, boolean isRole) {
    }

    /** Returns the folders of the sockets at which programs answer. The last is for those whose first was away at the start. */
    public List<Path> sockets() {
        return scale.isRole ? List.of(scale.local) : List.of(inbox.work(), scale.local);
    }

    /**
     * Reads the settings from properties.
     *
     * @param property returns the configured text of a property; empty for the shipped value
     * @throws IllegalArgumentException if a property can't have its value
     */
    public static Settings of(Function<String, Optional<String>> property) {
        return of(property, Set.of());
    }

    /**
     * Does the same as {@link #of(Function)}, with the pairs of folders and models.
     *
     * @param names the names of all properties that are set
     */
    public static Settings of(Function<String, Optional<String>> property, Set<String> names) {
        PropertyValues values = new PropertyValues(property);
        return new Settings(values.get(ModelProperties.MODEL), FolderProperties.inbox(values), FolderProperties.images(values),
                FolderProperties.retention(values, WatchProperties.watches(values, names)), BucketProperties.s3(values),
                BucketProperties.bucket(values),
                BucketProperties.images(values), AzureProperties.container(values), ServiceProperties.queue(values),
                ServiceProperties.kafka(values), ServiceProperties.sqs(values), ServiceProperties.mail(values),
                ServiceProperties.mqtt(values), OutboxProperties.outbox(values),
                OutboxProperties.database(values), OutboxProperties.deduplication(values), ServerProperties.server(values),
                ServerProperties.page(values), ServerProperties.outage(values), ServerProperties.samples(values),
                values.get(ServerProperties.LOG_SUMMARY), BatchProperties.batch(values), ScaleProperties.scale(values),
                WatchProperties.watches(values, names));
    }

    /** Returns the watched folders: those that have names, or else the only one. */
    public List<Watch> folders() {
        return watches.isEmpty() ? List.of(new Watch("", inbox, model, Optional.empty())) : watches;
    }

    /**
     * Returns the properties of each named folder.
     *
     * @param names the names of all properties that are set
     */
    public static List<Property<?>> ofWatches(Set<String> names) {
        return WatchProperties.names(names).stream().flatMap(watch -> WatchProperties.of(watch).stream()).toList();
    }

    /** Returns whether the name of a property is meant for a named folder. */
    public static boolean isOfWatch(String name) {
        return name.startsWith(WatchProperties.PREFIX);
    }

    /** @throws IllegalArgumentException if no named folder has a property of this name */
    public static void checkOfWatch(String name) {
        WatchProperties.check(name);
    }

    /** Returns all properties in the order of the file. */
    public static List<Property<?>> properties() {
        return Stream.of(ModelProperties.ALL, FolderProperties.ALL, WatchProperties.ALL, BucketProperties.ALL, AzureProperties.ALL,
                ServiceProperties.ALL, OutboxProperties.ALL, ServerProperties.ALL, BatchProperties.ALL, ScaleProperties.ALL)
                .map(PropertyList::properties).flatMap(List::stream).toList();
    }

    /**
     * A property of {@code config/application.properties}.
     *
     * @param shipped the value in that file, which is also the default
     * @param form    makes a value of the name and the text; throws an {@link IllegalArgumentException} if the text is wrong
     * @param comment the comment in the file, one paragraph in a line; {@code ---} begins a section
     */
    public record Property<T>(String name, String shipped, BiFunction<String, String, T> form, String comment) {

        /** Stands for a name of the operator's in the name of a property. */
        static final String ANY = "<name>.";

        /** Returns whether there may be several properties of this kind, each with a name of the operator's in its name. */
        public boolean isRepeated() {
            return name.contains(ANY);
        }

        /** Returns the property with a name of the operator's in its name. */
        Property<T> of(String own) {
            return new Property<>(name.replace(ANY, own + "."), shipped, form, comment);
        }

        /** @throws IllegalArgumentException if the property can't have this value */
        public T parse(String text) {
            return form.apply(name, text);
        }

        /** Returns whether the property is ours: Camel checks its own. */
        public boolean isOurs() {
            return !name.startsWith("camel.");
        }

        /** Returns the value where the file does not have the property. */
        String defaultText() {
            return shipped.contains("{{") ? "" : shipped;
        }
    }
}
