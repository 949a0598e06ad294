package io.github.camelroboflow.delivery.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.delivery.bucket.BucketMemory.GoneObjectCleanup;
import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ObjectIds;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.bucket.s3.S3Store;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.database.PostgresServer;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The memory of finished objects in the bucket is deleted when they are gone, and not before. */
@ExtendWith(AwsCredentials.class)
class GoneObjectCleanupIT {

    private enum Kind {
        H2, POSTGRES
    }

    @TempDir
    Path data;
    private final CamelContext context = new DefaultCamelContext();
    private S3Server s3;
    private S3Connection connection;
    private PostgresServer postgres;
    private DeliveryDatabase database;

    @BeforeEach
    void start() {
        s3 = new S3Server(data).start();
        s3.client().createBucket(request -> request.bucket("images"));
        connection = new S3Connection(new S3Settings("us-east-1", true, s3.address(), true));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        connection.close();
        s3.close();
        if (postgres != null) {
            postgres.close();
        }
    }

    private BucketMemory memory(Kind kind) {
        if (kind == Kind.POSTGRES) {
            Assumptions.assumeTrue(PostgresServer.isInstalled(), "PostgreSQL is not installed");
            postgres = new PostgresServer();
        }
        database = new DeliveryDatabase(new DatabaseSettings(
                postgres == null ? "jdbc:h2:file:" + data.resolve("delivery") : postgres.url(), "", "", Durability.POWER));
        database.setCamelContext(context);
        await().ignoreExceptions().until(() -> execute("select 1"));
        return new BucketMemory(database);
    }

    private boolean execute(String sql) {
        return database.execute(jdbc -> {
            jdbc.execute(sql);
            return true;
        });
    }

    private Bucket bucket() {
        return new Bucket(new S3Store(connection, "images"));
    }

    private void put(String... keys) {
        Stream.of(keys).forEach(key -> s3.put("images", key, key.getBytes()));
    }

    private String id(String key) throws BucketException {
        return ObjectIds.of("images", bucket().find(key).orElseThrow());
    }

    /** Lists as if a day had passed since the last listing. */
    private void list(BucketMemory memory, String prefix) {
        memory.known(Set.of(""));
        execute("update bucket_source set due = 0");
        new GoneObjectCleanup(bucket(), prefix, memory, false).accept(() -> false);
    }

    @ParameterizedTest
    @EnumSource
    void whatThreeListingsInARowDoNotShowIsForgottenAlsoInATableOfBefore(Kind kind) throws Exception {
        BucketMemory memory = memory(kind);
        put("inbox/stays.jpg", "inbox/goes.jpg", "inbox/note.txt", "other/stays.jpg");
        String stays = id("inbox/stays.jpg");
        String goes = id("inbox/goes.jpg");
        String other = id("other/stays.jpg");
        String unknown = "f".repeat(64);
        execute("create table bucket_object (id char(64) primary key, finished timestamp not null)");
        for (String id : List.of(stays, goes, unknown)) {
            execute("insert into bucket_object values ('" + id + "', current_timestamp)");
        }
        memory.remember(other, bucket().source("other/"));
        Set<String> all = Set.of(stays, goes, other, unknown);
        list(memory, "inbox/");

        s3.client().deleteObject(request -> request.bucket("images").key("inbox/goes.jpg"));
        list(memory, "inbox/");
        list(memory, "inbox/");
        assertThat(memory.known(all)).isEqualTo(all);
        list(memory, "inbox/");

        // the source of the unknown object is not known
        assertThat(memory.known(all)).containsExactlyInAnyOrder(stays, other, unknown);
    }

    @Test
    void whatIsFinishedMeanwhileIsKept() throws Exception {
        BucketMemory memory = memory(Kind.H2);
        put("inbox/a.jpg");
        String source = bucket().source("inbox/");
        for (int i = 0; i < 2 * BucketMemory.MISSED_LISTINGS; i++) {
            list(memory, "inbox/");
        }
        String unlisted = "f".repeat(64);
        memory.remember(unlisted, source);
        list(memory, "inbox/");

        assertThat(memory.known(Set.of(unlisted))).containsExactly(unlisted);
    }

    @Test
    void manyAreForgottenOneBatchAfterTheOther() {
        BucketMemory memory = memory(Kind.H2);
        list(memory, "inbox/");
        String source = bucket().source("inbox/");
        for (int i = 0; i < 1200; i++) {
            memory.remember(String.format("%064x", i), source);
        }
        for (int i = 0; i < BucketMemory.MISSED_LISTINGS; i++) {
            list(memory, "inbox/");
        }

        assertThat(database.<Long>execute(jdbc -> jdbc.queryForObject("select count(*) from bucket_object", Long.class))).isZero();
    }

    @Test
    void anObjectThatAnotherSourceShowsIsNotGone() throws Exception {
        BucketMemory memory = memory(Kind.H2);
        put("inbox/line 1/a.jpg");
        String id = id("inbox/line 1/a.jpg");
        memory.remember(id, bucket().source("inbox/line 2/"));
        for (int i = 0; i < BucketMemory.MISSED_LISTINGS + 1; i++) {
            list(memory, "inbox/");
            list(memory, "inbox/line 2/");
        }

        assertThat(memory.known(Set.of(id))).containsExactly(id);
    }

    @Test
    void aListingThatBreaksOffTellsNothing() throws Exception {
        BucketMemory memory = memory(Kind.H2);
        put("inbox/a.jpg");
        String id = id("inbox/a.jpg");
        memory.remember(id, bucket().source("inbox/"));
        list(memory, "inbox/");
        s3.stop();
        for (int i = 0; i < BucketMemory.MISSED_LISTINGS; i++) {
            assertThatThrownBy(() -> list(memory, "inbox/")).isInstanceOf(UncheckedIOException.class);
        }
        new GoneObjectCleanup(bucket(), "inbox/", memory, false).accept(() -> true);

        assertThat(memory.known(Set.of(id))).containsExactly(id);
        execute("update bucket_source set due = 0");
        assertThat(memory.beginListing(bucket().source("inbox/"))).hasValue(2);
    }

    @ParameterizedTest
    @EnumSource
    void ofSeveralProgramsOneListsAndALateOneTellsNothing(Kind kind) {
        BucketMemory memory = memory(kind);
        assertThat(memory.beginListing("source")).hasValue(1);
        assertThat(memory.beginListing("source")).isEmpty();

        execute("update bucket_source set due = 0");
        assertThat(memory.beginListing("source")).hasValue(1);
        assertThat(memory.endListing("source", 1, () -> false)).isZero();
        memory.remember("f".repeat(64), "source");
        execute("update bucket_object set listing = -9");
        assertThat(memory.endListing("source", 1, () -> false)).isZero();
        assertThat(memory.endListing("source", 2, () -> false)).isEqualTo(1);
    }

    /** A program that had slept for days made existing objects count as gone. */
    @ParameterizedTest
    @EnumSource
    void aLateListingDoesNotHideThatALaterOneHasShownAnObject(Kind kind) {
        BucketMemory memory = memory(kind);
        String id = "f".repeat(64);
        memory.beginListing("source");
        memory.remember(id, "source");
        for (long listing = 1; listing <= BucketMemory.MISSED_LISTINGS + 1; listing++) {
            memory.listed(Set.of(id), "source", listing);
            if (listing > BucketMemory.MISSED_LISTINGS) {
                memory.listed(Set.of(id), "source", 1);
            }
            memory.endListing("source", listing, () -> false);
        }

        assertThat(memory.known(Set.of(id))).containsExactly(id);
    }

    @Test
    void aDatabaseWhoseClockWasSetBackDoesNotPutListingsOff() {
        BucketMemory memory = memory(Kind.H2);
        assertThat(memory.beginListing("source")).hasValue(1);
        execute("update bucket_source set due = 9000000000000");

        assertThat(memory.beginListing("source")).hasValue(1);
    }
}
