package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.bucket.CompletionStrategy.FinishedObjects;
import io.github.camelroboflow.delivery.bucket.client.Bucket;
import io.github.camelroboflow.delivery.bucket.client.BucketObject.ObjectIds;
import io.github.camelroboflow.delivery.bucket.client.ObjectStore.Page;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Remembers objects in a table of the database that results wait in, which is opened when it is first needed. */
public final class BucketMemory implements FinishedObjects {

    /** The number of complete listings without an object before it counts as gone: a single one may be wrong. */
    static final int MISSED_LISTINGS = 3;

    private static final Duration BETWEEN_LISTINGS = Duration.ofDays(1);
    private static final int BATCH = 500;

    /**
     * The tables. The columns of later versions are empty in a row until a listing shows its object; a row that no listing shows
     * has no source.
     */
    private static final List<String> TABLES = List.of(
            "create table if not exists bucket_object (id char(64) primary key, finished timestamp not null)",
            "alter table bucket_object add column if not exists source varchar(64)",
            "alter table bucket_object add column if not exists listing bigint",
            "create index if not exists bucket_object_listing on bucket_object (source, listing)",
            "create table if not exists bucket_source (id varchar(64) primary key, listings bigint not null, due bigint not null)");

    /** The database's clock, which all machines share, in milliseconds since 1970. */
    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";

    private final DeliveryDatabase database;
    private volatile boolean created;

    public BucketMemory(DeliveryDatabase database) {
        this.database = database;
    }

    @Override
    public Set<String> known(Collection<String> ids) {
        String query = "select id from bucket_object where id in (" + parameterMarks(ids) + ")";
        return query(jdbc -> new HashSet<>(jdbc.queryForList(query, String.class, ids.toArray())));
    }

    @Override
    public void remember(String id, String source) {
        if (known(Set.of(id)).isEmpty()) {
            insert("insert into bucket_object (id, finished, source, listing)"
                    + " values (?, ?, ?, coalesce((select listings from bucket_source where id = ?), 0))", id,
                    Timestamp.from(Instant.now()), source, source);
        }
    }

    @Override
    public void forget(String id) {
        query(jdbc -> jdbc.update("delete from bucket_object where id = ?", id));
    }

    @Override
    public OptionalLong beginListing(String source) {
        if (query(jdbc -> jdbc.queryForList("select id from bucket_source where id = ?", String.class, source)).isEmpty()) {
            insert("insert into bucket_source (id, listings, due) values (?, 0, 0)", source);
        }
        long pause = BETWEEN_LISTINGS.toMillis();
        // a later time than possible comes from a clock that was set back since
        int begun = query(jdbc -> jdbc.update("update bucket_source set due = " + NOW + " + " + pause
                + " where id = ? and (due <= " + NOW + " or due > " + NOW + " + " + 2 * pause + ")", source));
        return begun == 0 ? OptionalLong.empty() : OptionalLong.of(1 + query(jdbc -> jdbc.queryForObject(
                "select listings from bucket_source where id = ?", Long.class, source)));
    }

    @Override
    public void listed(Collection<String> ids, String source, long listing) {
        if (!ids.isEmpty()) {
            // unless a later listing of another program has already shown it
            query(jdbc -> jdbc.update("update bucket_object set source = ?, listing = ? where (source is null or source <> ?"
                    + " or listing < ?) and id in (" + parameterMarks(ids) + ")",
                    Stream.concat(Stream.of(source, listing, source, listing), ids.stream()).toArray()));
        }
    }

    @Override
    public int endListing(String source, long listing, BooleanSupplier stopping) {
        int ended = query(jdbc -> jdbc.update("update bucket_source set listings = ? where id = ? and listings = ?", listing,
                source, listing - 1));
        // otherwise another program has ended a later listing
        return ended == 0 ? 0 : forgetMissing(source, listing - MISSED_LISTINGS, stopping);
    }

    @Override
    public void cancelListing(String source) {
        query(jdbc -> jdbc.update("update bucket_source set due = 0 where id = ?", source));
    }

    private int forgetMissing(String source, long since, BooleanSupplier stopping) {
        int forgotten = 0;
        List<String> ids;
        do {
            ids = query(jdbc -> jdbc.queryForList("select id from bucket_object where source = ? and listing <= ?"
                    + " order by source, listing limit ?", String.class, source, since, BATCH));
            if (!ids.isEmpty()) {
                String parameters = parameterMarks(ids);
                Object[] values = Stream.concat(Stream.of(source, since), ids.stream()).toArray();
                // a listing of another source may have shown some of them meanwhile
                forgotten += query(jdbc -> jdbc.update("delete from bucket_object where source = ? and listing <= ? and id in ("
                        + parameters + ")", values));
            }
        } while (ids.size() == BATCH && !stopping.getAsBoolean());
        return forgotten;
    }

    private static String parameterMarks(Collection<String> ids) {
        return String.join(",", Collections.nCopies(ids.size(), "?"));
    }

    private void insert(String statement, Object... values) {
        PendingWrites.Store opening = database.opening();
        query(jdbc -> {
            try {
                return jdbc.update(statement, values);
            } catch (DuplicateKeyException e) {
                // another program has added it at the same time
                return 0;
            }
        });
        opening.flush();
    }

    private <T> T query(Function<JdbcTemplate, T> query) {
        if (!created) {
            createTables();
        }
        return database.execute(query);
    }

    /** One after the other: H2 takes no two changes of a table at a time. */
    private synchronized void createTables() {
        if (!created) {
            PendingWrites.Store opening = database.opening();
            database.execute(jdbc -> {
                TABLES.forEach(jdbc::execute);
                return null;
            });
            opening.flush();
            created = true;
        }
    }

    /**
     * Forgets finished objects that were left in the bucket and deleted there since, so that the memory does not grow for ever. It
     * lists all objects below the inbox's prefix, images or not, since a setting may exclude images for a while.
     */
    static final class GoneObjectCleanup implements Consumer<BooleanSupplier> {

        private static final Logger LOG = LoggerFactory.getLogger(GoneObjectCleanup.class);

        private final Bucket bucket;
        private final String prefix;
        private final String source;
        private final FinishedObjects memory;
        private final boolean quiet;
        private boolean logged;

        /** @param quiet whether another part logs that the bucket can't be listed */
        GoneObjectCleanup(Bucket bucket, String prefix, FinishedObjects memory, boolean quiet) {
            this.bucket = bucket;
            this.prefix = prefix;
            this.source = bucket.source(prefix);
            this.memory = memory;
            this.quiet = quiet;
        }

        @Override
        public void accept(BooleanSupplier stopping) {
            OptionalLong listing = memory.beginListing(source);
            if (listing.isEmpty()) {
                return;
            }
            try {
                if (listAll(listing.getAsLong(), stopping)) {
                    int gone = memory.endListing(source, listing.getAsLong(), stopping);
                    LOG.debug("{} finished objects are gone from {}{}", gone, bucket.name(), prefix);
                    logged = false;
                }
            } catch (IOException e) {
                logOnce(e);
                memory.cancelListing(source);
                throw new UncheckedIOException(e);
            }
        }

        /** Returns whether the listing is complete. */
        private boolean listAll(long listing, BooleanSupplier stopping) throws IOException {
            String token = null;
            Page page;
            do {
                if (stopping.getAsBoolean()) {
                    return false;
                }
                page = bucket.list(prefix, token);
                memory.listed(page.objects().stream().map(object -> ObjectIds.of(bucket.name(), object)).toList(), source, listing);
                token = page.next();
            } while (!page.last());
            // objects that were not listed may still exist
            return !page.cut();
        }

        private void logOnce(IOException e) {
            if (!quiet && !logged) {
                LOG.warn("The memory of finished images can't be cleaned up now: {}",
                        MessageText.printable(e.getMessage()));
                logged = true;
            }
        }
    }
}
