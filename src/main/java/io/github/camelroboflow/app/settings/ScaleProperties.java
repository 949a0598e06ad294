package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.app.settings.Settings.ScaleSettings;
import io.github.camelroboflow.app.settings.Settings.ScaleSource;
import io.github.camelroboflow.delivery.scale.dispatch.Dispatch.DispatchSettings;
import java.nio.file.Path;
import java.time.Duration;

/** Declares the roles of programs that share the work. */
final class ScaleProperties {

    static final PropertyList ALL = new PropertyList();

    private static final int MOST_BACKLOG = 10_000_000;

    static final Property<String> SCALE_TOPIC = ALL.text("scale.topic", "images", """
            --- The roles dispatch and work, by which several machines share the work: src/main/docs/scale.adoc. They \
            share delivery.database, which is PostgreSQL then, and the brokers of kafka.brokers
            The topic of the references to images. Create it with as many partitions as there will ever be workers""");
    static final Property<ScaleSource> SCALE_SOURCE = ALL.choice("scale.source", "folder", ScaleSource.values(),
            "The source of the images. folder: inbox, on storage that all machines share. bucket: s3.bucket");
    static final Property<Integer> SCALE_BACKLOG = ALL.number("scale.backlog", "10000", 1, MOST_BACKLOG, """
            The dispatcher takes no more images while about so many have no outcome yet""");
    static final Property<Duration> SCALE_SEND_AGAIN_AFTER = ALL.duration("scale.sendAgainAfter", "10m", """
            An image that has no outcome after this time is sent again, and again after pauses that double. Choose a time in \
            which your workers process a full backlog""");
    static final Property<Path> SCALE_ELECTION = ALL.folder("scale.election", "data/election", """
            The folder in which a lock elects the one program that dispatches, on storage that all candidates share""");

    private ScaleProperties() {
    }

    static ScaleSettings scale(PropertyValues values) {
        return new ScaleSettings(values.get(SCALE_TOPIC), values.get(SCALE_SOURCE),
                new DispatchSettings(values.get(SCALE_BACKLOG), values.get(SCALE_SEND_AGAIN_AFTER)), values.get(SCALE_ELECTION));
    }
}
