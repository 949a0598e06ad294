package io.github.camelroboflow.app.settings;

import io.github.camelroboflow.app.settings.PropertyList.PropertyValues;
import io.github.camelroboflow.app.settings.Settings.Property;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.destination.DeduplicationRepository.DeduplicationSettings;
import io.github.camelroboflow.delivery.outbox.Outbox.OutboxSettings;
import java.nio.file.Path;
import java.time.Duration;

/** Declares the outbox, its database and deduplication. */
final class OutboxProperties {

    static final PropertyList ALL = new PropertyList();

    private enum Deduplicate {
        NONE, CONTENT
    }

    static final Property<Duration> OUTBOX_KEEP_FOR = ALL.duration("outbox.keepFor", "3d", """
            --- The outbox. Results that are sent over a network wait there until they are accepted
            The time after which a result is given up""");
    static final Property<Duration> OUTBOX_RETRY_AFTER = ALL.duration("outbox.retryAfter", "5s", """
            The pause after a failure. It doubles after each further failure, up to the longest pause, which is also the \
            longest that a receiver can ask for""");
    static final Property<Duration> OUTBOX_MAX_RETRY_AFTER = ALL.duration("outbox.maxRetryAfter", "10m", "");
    static final Property<Integer> OUTBOX_IN_FLIGHT = ALL.number("outbox.inFlight", "8", 1, Integer.MAX_VALUE,
            "The number of results that are sent to one destination at once");
    static final Property<Path> OUTBOX_REFUSED = ALL.folder("outbox.refused", "data/refused", """
            Results that were given up or rejected are here, with the reason. Use a folder without images and results. mvn \
            -q -Droutes=replay sends them again""");
    static final Property<String> DELIVERY_DATABASE = ALL.text("delivery.database", "jdbc:h2:file:./data/delivery", """
            The database of the outbox, made at its first use. If several machines share it, name a database server, such \
            as jdbc:postgresql://db/deliveries; add the driver of any but PostgreSQL to pom.xml. The shipped database is the \
            file data/delivery.mv.db, which only this user may read. The file also holds the changes of the last 45 seconds: up \
            to 300 MB while 100 results a second pass the outbox. data/delivery.mark beside it shows whether the file lost \
            something""");
    static final Property<String> DELIVERY_DATABASE_USER =
            ALL.text("delivery.database.user", "{{env:DELIVERY_DATABASE_USER:}}", "");
    static final Property<String> DELIVERY_DATABASE_PASSWORD =
            ALL.secret("delivery.database.password", "{{env:DELIVERY_DATABASE_PASSWORD:}}", "");
    static final Property<String> DELIVERY_DATABASE_PASSWORD_FILE = ALL.text("delivery.database.passwordFile", "",
            "Or a file that holds the password");
    static final Property<Deduplicate> DEDUPE = ALL.choice("dedupe", "none", Deduplicate.values(), """
            --- Images that were delivered before, under whatever name. none: they are delivered again. content: they are \
            not""");
    static final Property<Duration> DEDUPE_REMEMBER_FOR = ALL.retention("dedupe.rememberFor", "90d", """
            The time that a delivered image is remembered for this: 90d or forever. A million images take about 200 MB of \
            the database""");

    private OutboxProperties() {
    }

    static OutboxSettings outbox(PropertyValues values) {
        return new OutboxSettings(values.get(OUTBOX_REFUSED), values.get(OUTBOX_KEEP_FOR), values.get(OUTBOX_RETRY_AFTER),
                values.get(OUTBOX_MAX_RETRY_AFTER), values.get(OUTBOX_IN_FLIGHT), ServiceProperties.webhooks(values));
    }

    static DatabaseSettings database(PropertyValues values) {
        return new DatabaseSettings(values.get(DELIVERY_DATABASE), values.get(DELIVERY_DATABASE_USER),
                values.get(DELIVERY_DATABASE_PASSWORD), values.get(FolderProperties.DURABILITY));
    }

    static DeduplicationSettings deduplication(PropertyValues values) {
        return new DeduplicationSettings(values.get(DEDUPE) == Deduplicate.CONTENT, values.get(DEDUPE_REMEMBER_FOR));
    }
}
