package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.app.settings.Settings.ScaleSettings;
import io.github.camelroboflow.app.settings.Settings.ScaleSource;
import io.github.camelroboflow.delivery.scale.dispatch.Dispatch.DispatchSettings;
import io.github.camelroboflow.delivery.scale.work.ReferenceComponent.WorkSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** Declares the roles of programs that share the work. */
final class ScaleProperties {

    static final PropertyList ALL = new PropertyList();

    private static final int MOST_BACKLOG = 10_000_000;
    private static final int MOST_IN_FLIGHT = 10_000;
    private static final Set<String> ROLES = Set.of("dispatch", "work");

    static final Property<String> SCALE_TOPIC = ALL.text("scale.topic", "images", """
            --- The roles dispatch and work, by which several machines share the work: src/main/docs/scale.adoc. They \
            share delivery.database, which is PostgreSQL then, and the brokers of kafka.brokers
            The topic of the references to images. Create it with as many partitions as there will ever be workers""");
    static final Property<ScaleSource> SCALE_SOURCE = ALL.choice("scale.source", "folder", ScaleSource.values(),
            "The source of the images. folder: inbox, on storage that all machines share. bucket: s3.bucket. bucket-events: new "
                    + "objects of s3.bucket, which S3 announces in the queue sqs.queue. container, container-events: the same with "
                    + "azure.container and azure.queue");
    static final Property<Integer> SCALE_BACKLOG = ALL.number("scale.backlog", "10000", 1, MOST_BACKLOG, """
            The dispatcher takes no more images while about so many have no outcome yet""");
    static final Property<Duration> SCALE_SEND_AGAIN_AFTER = ALL.duration("scale.sendAgainAfter", "10m", """
            An image that has no outcome after this time is sent again, and again after pauses that double. Choose a time in \
            which your workers process a full backlog""");
    static final Property<Path> SCALE_ELECTION = ALL.folder("scale.election", "data/election", """
            The folder in which a lock elects the one program that dispatches, on storage that all candidates share""");

    static final Property<String> SCALE_DEAD_LETTERS = ALL.text("scale.deadLetters", "images-failed", """
            The topic of the references that workers give up, each with its reason: images that failed, and messages that are \
            no references. It is made at its first use if the brokers allow it""");
    static final Property<Integer> SCALE_IN_FLIGHT = ALL.number("scale.inFlight", "0", 0, MOST_IN_FLIGHT, """
            The number of images that a worker has at the same time. It takes no more, so that none waits there while another \
            worker is idle. 0: two for each processor""");
    static final Property<String> SCALE_WORKER_ID = ALL.text("scale.worker.id", "", """
            A name of the worker that no other has and that stays the same, such as the name of its machine. With it, the \
            others leave its share alone while it starts again within 45 seconds. Empty: a new one at each start""");
    static final Property<Path> SCALE_LOCAL = ALL.folder("scale.local", "data/local", """
            A folder on this machine, not on shared storage: images that a worker downloads, and the sockets at which the \
            programs of both roles answer to status, as do programs whose folder work is away at the start. Several programs \
            of a machine may share it""");

    private ScaleProperties() {
    }

    /** Returns whether the program has one of the roles, so that others of its kind may run on this machine. */
    static boolean isRole(PropertyValues values) {
        return ROLES.contains(values.get(ModelProperties.ROUTES));
    }

    private static WorkSettings work(PropertyValues values) {
        int inFlight = values.get(SCALE_IN_FLIGHT);
        return new WorkSettings(values.get(SCALE_DEAD_LETTERS), values.get(SCALE_WORKER_ID),
                inFlight > 0 ? inFlight : 2 * Runtime.getRuntime().availableProcessors(),
                values.get(FolderProperties.INBOX_MAX_ATTEMPTS), ServiceProperties.kafka(values).brokers(),
                Duration.ofMillis(ServiceProperties.kafka(values).timeout()));
    }

    static ScaleSettings scale(PropertyValues values) {
        return new ScaleSettings(values.get(SCALE_TOPIC), values.get(SCALE_SOURCE),
                new DispatchSettings(values.get(SCALE_BACKLOG), values.get(SCALE_SEND_AGAIN_AFTER)), values.get(SCALE_ELECTION),
                work(values), values.get(SCALE_LOCAL), isRole(values));
    }
}
