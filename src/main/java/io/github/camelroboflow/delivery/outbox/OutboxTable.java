package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.H2Files.CheckpointedStream;
import io.github.camelroboflow.delivery.disk.FileNames.HashedIds;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.delivery.outbox.Outbox.WaitingDelivery;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.HeadersJson;
import io.github.camelroboflow.delivery.outbox.OutboxMessage.OutboxRow;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.SqlTypeValue;

/**
 * The rows that wait, and their claims. Claims use the database's clock, which all machines share. A claim lapses if it is not
 * renewed, so that another machine or the next start takes over the rows of a dead machine. Only the holder of the claim changes a
 * row. Every method may throw a {@code DatabaseException}.
 */
final class OutboxTable {

    /** The duration of a claim. A row whose machine died is sent again after this time at the latest. */
    static final Duration CLAIM = Duration.ofSeconds(60);

    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";
    /** The condition for unclaimed rows. A claim beyond the longest possible comes from a clock that was set back since. */
    private static final String UNCLAIMED = "(claimed_until <= " + NOW + " or claimed_until > " + NOW + " + "
            + 2 * CLAIM.toMillis() + ")";

    /**
     * The condition for rows that were added for a later time, until then. The parameter is the time now, which may be a little
     * older than the row. A row that would wait for twice its time comes from a clock that was set back since.
     */
    private static final String HELD = "(attempts = 0 and created < next_attempt and 2 * created - next_attempt <= ?)";

    /** The size in bytes above which a payload stays in the table until it is sent. */
    private static final int LARGE = 1_000_000;

    /** The number of destinations that are remembered as registered; addresses that are made for each image have no bound. */
    private static final int MOST_REGISTERED = 1000;

    private final DeliveryDatabase database;
    /** The ids of registered destinations, with their stored credentials. */
    private final Map<String, String> registered = new ConcurrentHashMap<>();
    private final String machine = UUID.randomUUID().toString().substring(0, 18);
    private final AtomicLong claims = new AtomicLong();

    OutboxTable(DeliveryDatabase database) {
        this.database = database;
    }

    /** Returns the id of the database: rows of two databases may have the same numbers. */
    String databaseId() {
        return database.id();
    }

    /** Releases the claims of an earlier run, if this is the only program that uses the database. */
    void recover() {
        if (database.isExclusive()) {
            database.execute(jdbc -> jdbc.update("update delivery_outbox set claimed_by = '', claimed_until = 0"
                    + " where claimed_until > 0"));
        }
    }

    /** Returns the addresses of the destinations with rows, by their id. */
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

    /** Returns the address of a destination that had a message before. */
    Optional<String> address(String destinationId) {
        String query = "select uri from delivery_destination where id = ?";
        return database.execute(jdbc -> jdbc.queryForList(query, String.class, destinationId)).stream().findFirst();
    }

    /** Returns the number of rows whose destination is missing in its table, which only a manual change can cause. */
    long countOrphans() {
        return database.execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_outbox o where not exists"
                + " (select 1 from delivery_destination d where d.id = o.destination)", Long.class));
    }

    /** Adds a message that was given up again, with the credentials of the last delivery to its destination. */
    void addReplayed(OutboxMessage message, long now, long deadline) {
        PendingWrites.Store opening = database.opening();
        insert(HashedIds.destinationId(message.destination()), message, now, now, deadline);
        opening.flush();
    }

    /**
     * Adds a row, unless the same message already waits. It is safe when the database's opening before this call was flushed.
     *
     * @param due the time before which it is not sent
     */
    void add(OutboxMessage message, long now, long due, long deadline) {
        String destinationId = HashedIds.destinationId(message.destination());
        register(destinationId, message);
        insert(destinationId, message, now, due, deadline);
    }

    /**
     * Changes the text of the same message, if it waits and is not being sent. Returns whether it did. The row gets another number,
     * so that a sender that has read the earlier text can't claim it.
     *
     * @param deadline the new deadline, unless the row has a later one
     */
    boolean change(OutboxMessage message, UnaryOperator<String> change, long deadline) {
        return database.execute(jdbc -> {
            List<Map.Entry<Long, byte[]>> rows = jdbc.query("select id, payload from delivery_outbox where destination = ?"
                    + " and delivery_id = ? and part = ? and " + UNCLAIMED, (row, number) -> Map.entry(row.getLong(1),
                            row.getBytes(2)), HashedIds.destinationId(message.destination()), message.deliveryId(), message.part());
            return !rows.isEmpty() && jdbc.update("update delivery_outbox set id = ?, payload = ?,"
                    + " deadline = greatest(deadline, ?) where id = ? and " + UNCLAIMED, changedNumber(),
                    change.apply(new String(rows.get(0).getValue(), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8),
                    deadline, rows.get(0).getKey()) > 0;
        });
    }

    /** Returns a number that no other row has: the database itself gives positive ones. */
    private static long changedNumber() {
        return -ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
    }

    private void insert(String destinationId, OutboxMessage message, long now, long due, long deadline) {
        try (InputStream content = message.payload().open()) {
            insert(destinationId, message, inRow(message.payload(), content), now, due, deadline);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the value of the column: a payload on disk is streamed, a payload in memory is stored within its row. */
    private Object inRow(Payload payload, InputStream content) throws IOException {
        long size = payload.size();
        return payload instanceof Payload.Bytes inMemory ? inMemory.bytes() : (SqlTypeValue) (statement, index, type, name) ->
                statement.setBinaryStream(index, new CheckpointedStream(content, database), size);
    }

    private void insert(String destinationId, OutboxMessage message, Object payload, long now, long due, long deadline) {
        database.execute(jdbc -> {
            try {
                return jdbc.update("""
                        insert into delivery_outbox (destination, delivery_id, part, payload, is_text, headers, image, created,
                            attempts, last_attempt, next_attempt, deadline, claimed_by, claimed_until)
                        values (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, '', 0)""", destinationId, message.deliveryId(), message.part(),
                        payload, message.text(), HeadersJson.json(message.headers()), message.image(), now, due, deadline);
            } catch (DuplicateKeyException e) {
                return 0;
            } catch (DataIntegrityViolationException e) {
                // otherwise it would be classified as a database that is down
                throw new IllegalArgumentException("the database does not take it: " + e.getMostSpecificCause().getMessage(), e);
            }
        });
    }

    private void register(String destinationId, OutboxMessage message) {
        String credentials = HeadersJson.json(message.credentials());
        if (credentials.equals(registered.get(destinationId))) {
            return;
        }
        database.execute(jdbc -> {
            int known = jdbc.update("update delivery_destination set credentials = ? where id = ?", credentials, destinationId);
            try {
                return known > 0 ? 0 : jdbc.update("insert into delivery_destination (id, uri, credentials) values (?, ?, ?)",
                        destinationId, message.destination(), credentials);
            } catch (DuplicateKeyException e) {
                // another machine has added the same row first
                return 0;
            }
        });
        if (registered.size() >= MOST_REGISTERED) {
            registered.clear();
        }
        registered.put(destinationId, credentials);
    }

    /** Claims rows of a destination that are due, the oldest first. */
    List<OutboxRow> claimDue(String destinationId, long now, int most) {
        return claim(destinationId, "next_attempt <= ?", now, most);
    }

    /** Does the same as {@link #claimDue} for rows without an attempt, or otherwise for the other rows. */
    List<OutboxRow> claimUntried(String destinationId, long now, int most) {
        List<OutboxRow> untried = claim(destinationId, "attempts = 0 and next_attempt <= ?", now, most);
        return untried.isEmpty() ? claimDue(destinationId, now, most) : untried;
    }

    /** Claims rows of a destination whose deadline was before a time. */
    List<OutboxRow> claimOverdue(String destinationId, long time, int most) {
        return claim(destinationId, "deadline < ?", time, most);
    }

    /** Claims rows of a destination that were added up to a time. */
    List<OutboxRow> claimAdded(String destinationId, long time, int most) {
        return claim(destinationId, "created <= ?", time, most);
    }

    /**
     * Claims rows with two statements: H2 would scan the whole table for one update with a subquery. The order is that of the
     * index, otherwise H2 would sort all rows of the destination.
     */
    private List<OutboxRow> claim(String destinationId, String condition, long time, int most) {
        List<OutboxRow> rows = database.execute(jdbc -> jdbc.query("select id, destination, delivery_id, part, is_text,"
                + " headers, image, created, attempts, last_attempt, deadline, octet_length(payload) as size,"
                + " case when octet_length(payload) <= " + LARGE + " then payload end as payload,"
                + " (select uri from delivery_destination d where d.id = r.destination) as uri,"
                + " (select credentials from delivery_destination d where d.id = r.destination) as credentials"
                + " from delivery_outbox r where destination = ? and " + UNCLAIMED + " and " + condition
                + " order by destination, next_attempt, id limit ?", (row, number) -> row(row), destinationId, time, most));
        if (rows.isEmpty()) {
            return rows;
        }
        String claim = machine + "/" + claims.incrementAndGet();
        Object[] ids = rows.stream().map(OutboxRow::id).toArray();
        int claimed = database.execute(jdbc -> jdbc.update("update delivery_outbox set claimed_by = ?, claimed_until = "
                + NOW + " + " + CLAIM.toMillis() + " where id in (" + parameterMarks(ids.length) + ") and " + UNCLAIMED,
                with(claim, ids)));
        if (claimed == ids.length) {
            return rows.stream().map(row -> row.claimed(claim)).toList();
        }
        // another machine has claimed some of them meanwhile
        Set<Long> ours = Set.copyOf(database.execute(jdbc -> jdbc.queryForList("select id from delivery_outbox where claimed_by = ?"
                + " and id in (" + parameterMarks(ids.length) + ")", Long.class, with(claim, ids))));
        return rows.stream().filter(row -> ours.contains(row.id())).map(row -> row.claimed(claim)).toList();
    }

    private static String parameterMarks(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private static Object[] with(Object first, Object[] others) {
        return Stream.concat(Stream.of(first), Stream.of(others)).toArray();
    }

    /** Reads a row. A row with unreadable headers does not block the others of its destination. */
    private OutboxRow row(ResultSet row) throws SQLException {
        byte[] small = row.getBytes("payload");
        Payload payload = small == null ? new Payload.Stored(this, row.getLong("id"), row.getLong("size")) : Payload.of(small);
        Optional<Map<String, Object>> headers = HeadersJson.parse(row.getString("headers"));
        OutboxMessage message = new OutboxMessage(row.getString("uri"), row.getString("delivery_id"), row.getString("part"),
                payload, row.getBoolean("is_text"), headers.orElse(Map.of()),
                HeadersJson.parse(row.getString("credentials")).orElse(Map.of()), row.getString("image"));
        return new OutboxRow(row.getLong("id"), row.getString("destination"), message, row.getLong("created"),
                row.getInt("attempts"), row.getLong("last_attempt"), row.getLong("deadline"), "",
                headers.isPresent() ? "" : "its headers in the database are no JSON of names and values");
    }

    /** Returns a large payload in memory. */
    byte[] payload(long id) {
        return database.execute(jdbc -> jdbc.queryForObject("select payload from delivery_outbox where id = ?", byte[].class, id));
    }

    /**
     * Copies a large payload into a file. One at a time, since some drivers hold all of it in memory.
     *
     * @throws IOException also if the row is gone
     */
    synchronized void copyPayload(long id, Path file) throws IOException {
        try {
            int rows = database.execute(jdbc -> jdbc.query("select payload from delivery_outbox where id = ?", (row, number) ->
                    copy(row.getBinaryStream(1), file), id)).size();
            if (rows == 0) {
                throw new NoSuchFileException("the row is gone: another program is sending it or has sent it");
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

    /** Extends the claims of rows that are still held. */
    void renew(Collection<OutboxRow> rows) {
        set("claimed_until = " + NOW + " + " + CLAIM.toMillis(), rows);
    }

    /** Releases claimed rows that were not tried, if they are still held. */
    void release(Collection<OutboxRow> rows) {
        set("claimed_by = '', claimed_until = 0", rows);
    }

    private void set(String assignment, Collection<OutboxRow> rows) {
        rows.stream().collect(Collectors.groupingBy(OutboxRow::claim)).forEach((claim, held) -> database.execute(jdbc ->
                jdbc.update("update delivery_outbox set " + assignment + " where claimed_by = ? and id in ("
                        + parameterMarks(held.size()) + ")", with(claim, held.stream().map(OutboxRow::id).toArray()))));
    }

    /** Extends the claim of a row. Returns whether it is still held. */
    boolean renew(OutboxRow row) {
        return database.execute(jdbc -> jdbc.update("update delivery_outbox set claimed_until = " + NOW + " + " + CLAIM.toMillis()
                + " where id = ? and claimed_by = ?", row.id(), row.claim())) > 0;
    }

    /** Deletes a row that is still held. Returns whether it was. */
    boolean delete(OutboxRow row) {
        boolean deleted = database.execute(jdbc -> jdbc.update("delete from delivery_outbox where id = ? and claimed_by = ?",
                row.id(), row.claim())) > 0;
        // without a flush the row may return and be sent again
        database.flushSoon();
        return deleted;
    }

    /** Records a failed attempt of a row that is still held, and releases the row. Returns whether it was held. */
    boolean postpone(OutboxRow row, long now, long next, long deadline) {
        return database.execute(jdbc -> jdbc.update("""
                update delivery_outbox set attempts = attempts + 1, last_attempt = ?, next_attempt = ?, deadline = ?,
                    claimed_by = '', claimed_until = 0
                where id = ? and claimed_by = ?""", now, next, deadline, row.id(), row.claim())) > 0;
    }

    /** Returns the time of the next attempt of an unclaimed row that was not added for later. Empty if there is none. */
    Optional<Long> nextAttempt(String destinationId, long now) {
        return database.execute(jdbc -> jdbc.queryForList("select next_attempt from delivery_outbox where destination = ? and "
                + UNCLAIMED + " and not " + HELD + " order by destination, next_attempt, id limit 1", Long.class, destinationId,
                now)).stream().findFirst();
    }

    /** Moves later attempts of a destination forward to a time, after a recovery or when a clock was set back. */
    void bringForward(String destinationId, long latest) {
        database.execute(jdbc -> jdbc.update("update delivery_outbox set next_attempt = ? where destination = ?"
                + " and next_attempt > ? and not " + HELD, latest, destinationId, latest, latest));
    }

    /** Returns the rows of each destination: its id, its address, their number, and when the oldest was added. */
    List<Waiting> waitingByDestination() {
        return database.execute(jdbc -> jdbc.query("select d.id, d.uri, count(*), min(o.created) from delivery_outbox o"
                + " join delivery_destination d on d.id = o.destination group by d.id, d.uri order by 3 desc, 1",
                (row, number) -> new Waiting(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4))));
    }

    /** @param oldest in milliseconds since 1970 */
    record Waiting(String destinationId, String uri, long rows, long oldest) {
    }

    /** Returns the rows of one delivery. */
    List<WaitingDelivery> waitingOf(String deliveryId) {
        return waiting("o.delivery_id = ?", deliveryId, Integer.MAX_VALUE);
    }

    /** Returns the oldest rows of a destination. */
    List<WaitingDelivery> waitingFor(String destinationId, int most) {
        return waiting("o.destination = ?", destinationId, most);
    }

    private List<WaitingDelivery> waiting(String condition, String id, int most) {
        return database.execute(jdbc -> jdbc.query("select d.uri, o.created, o.attempts, o.image from delivery_destination d"
                + " join delivery_outbox o on o.destination = d.id where " + condition + " order by o.id limit ?",
                (row, number) -> new WaitingDelivery(row.getString(4), AcceptedDestinations.redactedAddress(row.getString(1)),
                        Instant.ofEpochMilli(row.getLong(2)), row.getInt(3)), id, most));
    }

    /** Returns the number of rows of a destination that were added up to a time. */
    long countAdded(String destinationId, long time) {
        return database.execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_outbox where destination = ?"
                + " and created <= ?", Long.class, destinationId, time));
    }

    long count() {
        return database.execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_outbox", Long.class));
    }

    /** Returns when the oldest row was added, or was to be sent first, in milliseconds since 1970; empty if there is none. */
    Optional<Long> oldest() {
        return Optional.ofNullable(database.execute(jdbc ->
                jdbc.queryForObject("select min(case when attempts = 0 then next_attempt else created end) from delivery_outbox",
                        Long.class)));
    }

    long count(String destinationId, String part) {
        return database.execute(jdbc -> jdbc.queryForObject("select count(*) from delivery_outbox where destination = ?"
                + " and part = ?", Long.class, destinationId, part));
    }
}
