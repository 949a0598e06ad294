package io.github.camelroboflow.delivery.scale;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.delivery.scale.ImageReference.InvalidReferenceException;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The claims of images: one row for each image that was found, with its reference, until some time after its outcome. A row is
 * committed before its reference is sent. So a reference without a row is one whose image has had its outcome. All times are those
 * of the database's clock, which all machines share. Every method can be repeated after a crash, and throws a
 * {@code DatabaseException} while the database is down.
 */
public final class ClaimTable {

    private static final Logger LOG = LoggerFactory.getLogger(ClaimTable.class);
    private static final String NOW = "cast(extract(epoch from current_timestamp) * 1000 as bigint)";
    private static final int ROWS_OF_A_STATEMENT = 500;
    private static final int MOST_CONFLICTS = 10;
    private static final int LONGEST_REASON = 2000;
    private static final Duration UNREADABLE_PAUSE = Duration.ofHours(1);
    /** The pause before a reference is sent again doubles each time, up to this many times. */
    private static final int MOST_DOUBLINGS = 6;

    private final DeliveryDatabase database;
    private final String topic;

    /** The end of an image. */
    public enum Outcome {
        /** Its result was accepted by every destination, or it is gone. */
        DONE,
        /** It is in {@code failed}, with the reason. */
        FAILED
    }

    /**
     * The answer to a worker that wants to begin with an image.
     *
     * @param state whether it may
     * @param begun how often a worker has begun, this time included; 0 if it may not
     * @param tries how often the image has failed by its own fault
     * @param failure the reason for which a worker was moving it to {@code failed} when it ended; empty if none was
     */
    public record Begin(State state, int begun, int tries, String failure) {

        /** Whether a worker may begin. */
        public enum State {
            /** The image has no outcome and is the worker's until its lease ends. */
            GO,
            /** The image has its outcome, so there is nothing to do. */
            DONE,
            /** Another worker has the image. */
            BUSY
        }
    }

    /**
     * The images without an outcome.
     *
     * @param oldest the age of the oldest claim; zero if there are none
     */
    public record Backlog(long images, Duration oldest) {
    }

    /** Makes one for a worker, which claims nothing. */
    public ClaimTable(DeliveryDatabase database) {
        this(database, "");
    }

    /**
     * Makes one for the images of a topic.
     *
     * @param database a server that all programs share; a file of H2 is only for tests
     * @param topic    the topic of the references; the dispatcher of another topic has claims of its own
     */
    public ClaimTable(DeliveryDatabase database, String topic) {
        this.database = database;
        this.topic = topic;
    }

    /**
     * Claims images. Returns those that nobody had claimed: an image with an open claim is left out. When this returns, the rows
     * are on disk.
     */
    public List<ImageReference> claim(Collection<ImageReference> references) {
        Map<String, ImageReference> found = new LinkedHashMap<>();
        references.forEach(reference -> found.putIfAbsent(reference.identity(topic), reference));
        List<ImageReference> claimed = new ArrayList<>();
        parts(found.values()).forEach(part -> claimed.addAll(claimPart(part)));
        return claimed;
    }

    private List<ImageReference> claimPart(List<ImageReference> part) {
        String row = "(cast(? as varchar), cast(? as varchar), cast(? as varchar), cast(? as varchar))";
        String insert = "insert into scale_claim (id, topic, identity, reference, claimed, due, sends, begun, tries, worker,"
                + " leased_until) select v.id, v.topic, v.identity, v.reference, " + NOW + ", 0, 0, 0, 0, '', 0 from (values "
                + String.join(",", Collections.nCopies(part.size(), row)) + ") v (id, topic, identity, reference)"
                + " where not exists (select 1 from scale_claim c where c.identity = v.identity or c.id = v.id)";
        Object[] values = part.stream().flatMap(reference -> Stream.of(reference.claim().toString(), topic,
                reference.identity(topic), reference.json())).toArray();
        Set<UUID> before = known(part.stream().map(ImageReference::claim).toList());
        change(jdbc -> insertedUnlessKnown(jdbc, insert, values));
        Set<UUID> after = known(part.stream().map(ImageReference::claim).toList());
        return part.stream().filter(reference -> after.contains(reference.claim()) && !before.contains(reference.claim())).toList();
    }

    /** Repeats the statement if another program has claimed one of the images at the same time. */
    private static int insertedUnlessKnown(JdbcTemplate jdbc, String insert, Object... values) {
        for (int conflicts = 1;; conflicts++) {
            try {
                return jdbc.update(insert, values);
            } catch (DuplicateKeyException e) {
                if (conflicts == MOST_CONFLICTS) {
                    throw e;
                }
                LOG.debug("another program claims the same images", e);
            }
        }
    }

    /** Returns the claims that have a row, with or without an outcome. */
    public Set<UUID> known(Collection<UUID> claims) {
        Set<UUID> known = new HashSet<>();
        parts(claims).forEach(part -> known.addAll(database.execute(jdbc -> jdbc.query("select id from scale_claim where id in ("
                + marks(part) + ")", (row, number) -> UUID.fromString(row.getString(1)), texts(part)))));
        return known;
    }

    /**
     * Returns the references to send: those that were never sent, and those without an outcome whose pause since the last time is
     * over. References with which a worker is busy are left out.
     *
     * @param most the greatest number
     */
    public List<ImageReference> due(int most) {
        List<ImageReference> due = new ArrayList<>();
        List<UUID> unreadable = new ArrayList<>();
        database.execute(jdbc -> {
            jdbc.query("select id, reference, sends from scale_claim where topic = ? and outcome is null"
                    + " and due <= " + NOW + " and leased_until <= " + NOW + " order by due, claimed limit ?", (ResultSet row) -> {
                        try {
                            due.add(ImageReference.parse(row.getString(2)).withTries(row.getInt(3)));
                        } catch (InvalidReferenceException e) {
                            // a later version of this program wrote the row, or a person changed it
                            LOG.warn("The claim {} can't be sent and is tried again in an hour: {}", row.getString(1),
                                    e.getMessage());
                            unreadable.add(UUID.fromString(row.getString(1)));
                        }
                    }, topic, most);
            return null;
        });
        sent(unreadable, UNREADABLE_PAUSE);
        return due;
    }

    /**
     * Records that references were sent and that the broker has them on disk.
     *
     * @param pause the time until they are sent again if they have no outcome; it doubles each time
     */
    public void sent(Collection<UUID> claims, Duration pause) {
        parts(claims).forEach(part -> change(jdbc -> jdbc.update("update scale_claim set due = " + NOW + " + " + pause.toMillis()
                + " * power(2, least(sends, " + MOST_DOUBLINGS + ")), sends = sends + 1 where outcome is null and id in ("
                + marks(part) + ")", texts(part))));
    }

    /** Returns the images of the topic without an outcome. */
    public Backlog backlog() {
        return database.execute(jdbc -> jdbc.queryForObject("select count(*), coalesce(max(" + NOW + " - claimed), 0)"
                + " from scale_claim where topic = ? and outcome is null", (row, number) ->
                new Backlog(row.getLong(1), Duration.ofMillis(Math.max(0, row.getLong(2)))), topic));
    }

    /** Forgets images that have had their outcome for some time. Returns their number. */
    public int forgetFinished(Duration olderThan) {
        int forgotten = 0;
        List<UUID> old;
        do {
            old = database.execute(jdbc -> jdbc.query("select id from scale_claim where finished < " + NOW + " - ? limit "
                    + ROWS_OF_A_STATEMENT, (row, number) -> UUID.fromString(row.getString(1)), olderThan.toMillis()));
            List<UUID> part = old;
            forgotten += part.isEmpty() ? 0 : change(jdbc -> jdbc.update("delete from scale_claim where id in (" + marks(part)
                    + ")", texts(part)));
        } while (old.size() == ROWS_OF_A_STATEMENT);
        return forgotten;
    }

    /**
     * Begins with an image. The same worker may begin again at any time; another one when the lease is over.
     *
     * @param worker the name of the worker, which no other has
     * @param lease  how long the image is the worker's
     */
    public Begin begin(UUID claim, String worker, Duration lease) {
        int begun = change(jdbc -> jdbc.update("update scale_claim set worker = ?, leased_until = " + NOW + " + ?,"
                + " begun = begun + 1 where id = ? and outcome is null and (worker = ? or leased_until <= " + NOW
                // a later time than possible comes from a clock that was set back since
                + " or leased_until > " + NOW + " + ?)", worker, lease.toMillis(), claim.toString(), worker,
                2 * lease.toMillis()));
        List<Begin> answers = database.execute(jdbc -> jdbc.query("select begun, tries, coalesce(reason, ''), outcome"
                + " from scale_claim where id = ?", (row, number) -> begun == 1
                        ? new Begin(Begin.State.GO, row.getInt(1), row.getInt(2), row.getString(3))
                        : new Begin(row.getString(4) == null ? Begin.State.BUSY : Begin.State.DONE, 0, row.getInt(2), ""),
                claim.toString()));
        return answers.isEmpty() ? new Begin(Begin.State.DONE, 0, 0, "") : answers.get(0);
    }

    /**
     * Renews the lease of an image. Returns {@code false} if the image is not the worker's any more, so that the worker drops what
     * it has of it: another one has begun, or it has its outcome.
     */
    public boolean renew(UUID claim, String worker, Duration lease) {
        return change(jdbc -> jdbc.update("update scale_claim set leased_until = " + NOW + " + ? where id = ? and worker = ?"
                + " and outcome is null", lease.toMillis(), claim.toString(), worker)) == 1;
    }

    /** Ends the lease of a worker that can't go on now, so that another may begin at once. */
    public void release(UUID claim, String worker) {
        change(jdbc -> jdbc.update("update scale_claim set leased_until = 0 where id = ? and worker = ?", claim.toString(),
                worker));
    }

    /** Does the same for an image that only waited with its worker, and does not count that it began. */
    public void giveBack(UUID claim, String worker) {
        change(jdbc -> jdbc.update("update scale_claim set leased_until = 0, begun = begun - 1 where id = ? and worker = ?"
                + " and leased_until > 0", claim.toString(), worker));
    }

    /**
     * Records the outcome of an image. The first one counts. Call this when the image is in {@code done} or {@code failed}, and
     * before the offset of its message is committed.
     *
     * @param reason why it failed; may be empty
     * @return whether this was the first
     */
    public boolean finish(UUID claim, Outcome outcome, String reason) {
        return change(jdbc -> jdbc.update("update scale_claim set outcome = ?, reason = ?, finished = " + NOW
                + ", identity = null, leased_until = 0 where id = ? and outcome is null", outcome.name(), shortened(reason),
                claim.toString())) == 1;
    }

    /** Records that an image failed by its own fault. Returns how often it has failed. */
    public int failedOnce(UUID claim) {
        change(jdbc -> jdbc.update("update scale_claim set tries = tries + 1 where id = ? and outcome is null", claim.toString()));
        return database.execute(jdbc -> jdbc.queryForList("select tries from scale_claim where id = ?", Integer.class,
                claim.toString())).stream().findFirst().orElse(0);
    }

    /**
     * Records why an image is about to be moved to {@code failed}, so that a worker which finds it gone knows its outcome.
     *
     * @param reason empty if it is tried once more after all
     */
    public void failing(UUID claim, String reason) {
        change(jdbc -> jdbc.update("update scale_claim set reason = ? where id = ? and outcome is null", shortened(reason),
                claim.toString()));
    }

    private static String shortened(String reason) {
        String text = reason.replace("\0", "");
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    /** Runs a change and forces it to disk. A server does that itself. */
    private <T> T change(Function<JdbcTemplate, T> change) {
        PendingWrites.Store opening = database.opening();
        T result = database.execute(change);
        opening.flush();
        return result;
    }

    private static <T> List<List<T>> parts(Collection<T> all) {
        List<T> list = List.copyOf(all);
        List<List<T>> parts = new ArrayList<>();
        for (int begin = 0; begin < list.size(); begin += ROWS_OF_A_STATEMENT) {
            parts.add(list.subList(begin, Math.min(begin + ROWS_OF_A_STATEMENT, list.size())));
        }
        return parts;
    }

    private static String marks(Collection<?> values) {
        return String.join(",", Collections.nCopies(values.size(), "?"));
    }

    private static Object[] texts(Collection<?> values) {
        return values.stream().map(Object::toString).toArray();
    }
}
