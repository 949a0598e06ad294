package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.H2Files.CheckpointedStream;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.HeadersJson;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.SqlTypeValue;

/**
 * The rows that wait, and who works on which. Claims go by the database's clock, which all machines share; they lapse if they are
 * not renewed, so that the rows of a machine that died are taken up by another, or by its next start. Only who holds a row by its
 * claim changes it. Everything here may throw a {@code DatabaseException}.
 */
final class OutboxTable {

    /** How long a claim lasts; a row that was being sent when its machine died is sent again after this at the latest. */
    static final Duration CLAIM = Duration.ofSeconds(60);

    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";
    /** A claim that would last for longer than any is of a clock that was set back since. */
    private static final String UNCLAIMED = "(claimed_until <= " + NOW + " or claimed_until > " + NOW + " + "
            + 2 * CLAIM.toMillis() + ")";

    /** Bytes; a payload that has more stays in the table until it is sent. */
    private static final int LARGE = 1_000_000;

    /** How many destinations are known to be in their table; where addresses are made for each image, there is no end of them. */
    private static final int MOST_REGISTERED = 1000;

    private final DeliveryDatabase database;
    /** The lanes that are in the table of destinations, with their credentials there. */
    private final Map<String, String> registered = new ConcurrentHashMap<>();
    private final String machine = UUID.randomUUID().toString().substring(0, 18);
    private final AtomicLong claims = new AtomicLong();

    OutboxTable(DeliveryDatabase database) {
        this.database = database;
    }

    /** That of the database, as rows of two may have the same numbers. */
    String databaseId() {
        return database.id();
    }

    /** Frees what an earlier run of the only program that uses this database was sending when it died. */
    void recover() {
        if (database.isExclusive()) {
            database.execute(jdbc -> jdbc.update("update delivery_outbox set claimed_by = '', claimed_until = 0"
                    + " where claimed_until > 0"));
        }
    }

    /** The addresses of the destinations that something waits for, by lane. */
    Map<String, String> waiting() {
        return database.execute(jdbc -> {
            Map<String, String> destinations = new TreeMap<>();
            jdbc.query("select id, uri from delivery_destination d where exists (select 1 from delivery_outbox o"
                    + " where o.destination = d.id)", (ResultSet row) -> {
                        destinations.put(row.getString(1), row.getString(2));
                    });
            return destinations;
        });
    }

    /** The address of a destination that something was sent to before. */
    Optional<String> address(String lane) {
        return database.execute(jdbc -> jdbc.queryForList("select uri from delivery_destination where id = ?", String.class, lane))
                .stream().findFirst();
    }

    /** How many rows are for destinations that are not in the table of these, as only others' hands can bring it about. */
    long countOrphans() {
        return database.execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_outbox o where not exists"
                + " (select 1 from delivery_destination d where d.id = o.destination)", Long.class));
    }

    /** Puts back a row that was given up; who sends it is shown as at the last delivery to its destination. */
    void addReplayed(OutboxMessage parcel, long now, long deadline) {
        PendingWrites.Store opening = database.opening();
        insert(HashedIds.destinationId(parcel.destination()), parcel, now, deadline);
        opening.flush();
    }

    /** Puts in a row, unless the same waits already; it is safe when the database's opening before that was flushed. */
    void add(OutboxMessage parcel, long now, long deadline) {
        String lane = HashedIds.destinationId(parcel.destination());
        register(lane, parcel);
        insert(lane, parcel, now, deadline);
    }

    private void insert(String lane, OutboxMessage parcel, long now, long deadline) {
        try (InputStream content = parcel.payload().open()) {
            insert(lane, parcel, inRow(parcel.payload(), content), now, deadline);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is on disk goes from there into the database; what is in memory is stored within its row. */
    private Object inRow(Payload payload, InputStream content) throws IOException {
        long size = payload.size();
        return payload instanceof Payload.Bytes inMemory ? inMemory.bytes() : (SqlTypeValue) (statement, index, type, name) ->
                statement.setBinaryStream(index, new CheckpointedStream(content, database), size);
    }

    private void insert(String lane, OutboxMessage parcel, Object payload, long now, long deadline) {
        database.execute(jdbc -> {
            try {
                return jdbc.update("""
                        insert into delivery_outbox (destination, delivery_id, part, payload, is_text, headers, image, created,
                            attempts, last_attempt, next_attempt, deadline, claimed_by, claimed_until)
                        values (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, '', 0)""", lane, parcel.deliveryId(), parcel.part(),
                        payload, parcel.text(), HeadersJson.json(parcel.headers()), parcel.image(), now, now, deadline);
            } catch (DuplicateKeyException e) {
                return 0;
            } catch (DataIntegrityViolationException e) {
                // which would pass for a database that is down
                throw new IllegalArgumentException("the database does not take it: " + e.getMostSpecificCause().getMessage(), e);
            }
        });
    }

    private void register(String lane, OutboxMessage parcel) {
        String credentials = HeadersJson.json(parcel.credentials());
        if (credentials.equals(registered.get(lane))) {
            return;
        }
        database.execute(jdbc -> {
            int known = jdbc.update("update delivery_destination set credentials = ? where id = ?", credentials, lane);
            try {
                return known > 0 ? 0 : jdbc.update("insert into delivery_destination (id, uri, credentials) values (?, ?, ?)", lane,
                        parcel.destination(), credentials);
            } catch (DuplicateKeyException e) {
                // another machine was quicker, with the same
                return 0;
            }
        });
        if (registered.size() >= MOST_REGISTERED) {
            registered.clear();
        }
        registered.put(lane, credentials);
    }

    /** Claims rows of a lane whose time has come, those that waited longest first. */
    List<OutboxRow> claimDue(String lane, long now, int most) {
        return claim(lane, "next_attempt <= ?", now, most);
    }

    /** As {@link #claimDue}, of the rows that were not tried yet, or else of the others. */
    List<OutboxRow> claimUntried(String lane, long now, int most) {
        List<OutboxRow> untried = claim(lane, "attempts = 0 and next_attempt <= ?", now, most);
        return untried.isEmpty() ? claimDue(lane, now, most) : untried;
    }

    /** Claims rows of a lane whose deadline was before a time. */
    List<OutboxRow> claimOverdue(String lane, long time, int most) {
        return claim(lane, "deadline < ?", time, most);
    }

    /**
     * Two statements, since H2 would go through the whole table for one update with a query in it; and in the order of the index,
     * or it would sort the whole lane.
     */
    private List<OutboxRow> claim(String lane, String which, long time, int most) {
        List<OutboxRow> rows = database.execute(jdbc -> jdbc.query("select id, destination, delivery_id, part, is_text,"
                + " headers, image, created, attempts, last_attempt, deadline, octet_length(payload) as size,"
                + " case when octet_length(payload) <= " + LARGE + " then payload end as payload,"
                + " (select uri from delivery_destination d where d.id = r.destination) as uri,"
                + " (select credentials from delivery_destination d where d.id = r.destination) as credentials"
                + " from delivery_outbox r where destination = ? and " + UNCLAIMED + " and " + which
                + " order by destination, next_attempt, id limit ?", (row, number) -> row(row), lane, time, most));
        if (rows.isEmpty()) {
            return rows;
        }
        String claim = machine + "/" + claims.incrementAndGet();
        Object[] ids = rows.stream().map(OutboxRow::id).toArray();
        int claimed = database
                .execute(jdbc -> jdbc.update("update delivery_outbox set claimed_by = ?, claimed_until = " + NOW + " + "
                + CLAIM.toMillis() + " where id in (" + marks(ids.length) + ") and " + UNCLAIMED, with(claim, ids)));
        if (claimed == ids.length) {
            return rows.stream().map(row -> row.claimed(claim)).toList();
        }
        // another machine has claimed some of them meanwhile
        Set<Long> ours = Set.copyOf(database.execute(jdbc -> jdbc.queryForList("select id from delivery_outbox where claimed_by = ?"
                + " and id in (" + marks(ids.length) + ")", Long.class, with(claim, ids))));
        return rows.stream().filter(row -> ours.contains(row.id())).map(row -> row.claimed(claim)).toList();
    }

    private static String marks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private static Object[] with(Object first, Object[] others) {
        return Stream.concat(Stream.of(first), Stream.of(others)).toArray();
    }

    /** One that can't be read keeps none of its lane from being sent. */
    private OutboxRow row(ResultSet row) throws SQLException {
        byte[] small = row.getBytes("payload");
        Payload payload = small == null ? new Payload.Stored(this, row.getLong("id"), row.getLong("size")) : Payload.of(small);
        Optional<Map<String, Object>> headers = HeadersJson.parse(row.getString("headers"));
        OutboxMessage parcel = new OutboxMessage(row.getString("uri"), row.getString("delivery_id"), row.getString("part"),
                payload, row.getBoolean("is_text"), headers.orElse(Map.of()),
                HeadersJson.parse(row.getString("credentials")).orElse(Map.of()), row.getString("image"));
        return new OutboxRow(row.getLong("id"), row.getString("destination"), parcel, row.getLong("created"),
                row.getInt("attempts"), row.getLong("last_attempt"), row.getLong("deadline"), "",
                headers.isPresent() ? "" : "its headers in the database are no JSON of names and values");
    }

    /** All of a large payload in memory. */
    byte[] payload(long id) {
        return database.execute(jdbc -> jdbc.queryForObject("select payload from delivery_outbox where id = ?", byte[].class, id));
    }

    /**
     * Brings a large payload into a file; one after the other, since some drivers have all of it in memory meanwhile.
     *
     * @throws IOException also if the row is gone
     */
    synchronized void copyPayload(long id, Path file) throws IOException {
        try {
            int rows = database.execute(jdbc -> jdbc.query("select payload from delivery_outbox where id = ?", (row, number) ->
                    copy(row.getBinaryStream(1), file), id)).size();
            if (rows == 0) {
                throw new NoSuchFileException("the row is gone: another program sends it, or did");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long copy(InputStream content, Path file) {
        try {
            return Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Claims rows for longer that are still ours, if they are. */
    void renew(Collection<OutboxRow> rows) {
        set("claimed_until = " + NOW + " + " + CLAIM.toMillis(), rows);
    }

    /** Frees rows that were claimed and not tried, if they are still ours. */
    void release(Collection<OutboxRow> rows) {
        set("claimed_by = '', claimed_until = 0", rows);
    }

    private void set(String what, Collection<OutboxRow> rows) {
        rows.stream().collect(Collectors.groupingBy(OutboxRow::claim)).forEach((claim, held) -> database.execute(jdbc ->
                jdbc.update("update delivery_outbox set " + what + " where claimed_by = ? and id in (" + marks(held.size()) + ")",
                        with(claim, held.stream().map(OutboxRow::id).toArray()))));
    }

    /** Claims a row for longer; returns whether it is still ours. */
    boolean renew(OutboxRow row) {
        return database.execute(jdbc -> jdbc.update("update delivery_outbox set claimed_until = " + NOW + " + " + CLAIM.toMillis()
                + " where id = ? and claimed_by = ?", row.id(), row.claim())) > 0;
    }

    /** Removes a row that is still ours; returns whether it was. */
    boolean delete(OutboxRow row) {
        boolean deleted = database
                .execute(jdbc -> jdbc.update("delete from delivery_outbox where id = ? and claimed_by = ?", row.id(),
                row.claim())) > 0;
        // else the row comes back, and is sent again
        database.flushSoon();
        return deleted;
    }

    /** Notes a try that failed of a row that is still ours, and frees it for the next; returns whether it was. */
    boolean postpone(OutboxRow row, long now, long next, long deadline) {
        return database.execute(jdbc -> jdbc.update("""
                update delivery_outbox set attempts = attempts + 1, last_attempt = ?, next_attempt = ?, deadline = ?,
                    claimed_by = '', claimed_until = 0
                where id = ? and claimed_by = ?""", now, next, deadline, row.id(), row.claim())) > 0;
    }

    /** When the next row that nobody works on is due; empty if there is none. */
    Optional<Long> nextAttempt(String lane) {
        return database.execute(jdbc -> jdbc.queryForList("select next_attempt from delivery_outbox where destination = ? and "
                + UNCLAIMED + " order by destination, next_attempt, id limit 1", Long.class, lane)).stream().findFirst();
    }

    /** Has no row of a lane wait beyond a time: after a recovery, or where a clock was set back. */
    void bringForward(String lane, long latest) {
        database.execute(jdbc -> jdbc
                .update("update delivery_outbox set next_attempt = ? where destination = ? and next_attempt > ?",
                latest, lane, latest));
    }

    long count() {
        return database.execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_outbox", Long.class));
    }

    long count(String lane) {
        return database
                .execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_outbox where destination = ?", Long.class,
                lane));
    }
}
