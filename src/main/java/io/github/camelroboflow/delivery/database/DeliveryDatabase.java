package io.github.camelroboflow.delivery.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.inference.support.Hashes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * The database of the results that wait: a file that H2 keeps, or a server such as PostgreSQL for several machines. It opens, and
 * creates its tables, when it is first needed, and tries again later if that fails.
 */
public final class DeliveryDatabase extends ServiceSupport implements CamelContextAware {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveryDatabase.class);

    /** The longest wait of an image for a database that does not answer, before the database counts as down. */
    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 10;
    private static final int H2_LOCKED_BY_ANOTHER = 90020;
    private static final int H2_DAMAGED = 90030;
    private static final int H2_NOT_THERE = 90146;

    private final DatabaseSettings settings;
    private final DatabaseFile file;
    private CamelContext camelContext;
    private HikariDataSource pool;
    private JdbcTemplate jdbc;
    private DatabaseException failure;
    private long failedAt;
    private boolean usesDriver;

    private final Object flushing = new Object();
    private final AtomicLong requests = new AtomicLong();
    private long flushed;
    /** The id of the opening that the last flush was in. */
    private String flushedIn = "";
    private final AtomicBoolean flushSoon = new AtomicBoolean();
    private ExecutorService flusher;

    /**
     * The settings of the database.
     *
     * @param url        its JDBC address
     * @param user       the user name; empty if the database requires none
     * @param durability the failures that changes of a database file survive; a server decides that itself
     */
    public record DatabaseSettings(String url, String user, String password, Durability durability) {

        @Override
        public String toString() {
            return DatabaseSettings.class.getSimpleName();
        }
    }

    public DeliveryDatabase(DatabaseSettings settings) {
        this.settings = settings;
        this.file = DatabaseFile.of(settings.url()).orElse(null);
    }

    /** @throws IllegalArgumentException if there is no driver for the address; opens no connection */
    public synchronized void check() {
        if (usesDriver) {
            return;
        }
        try {
            JdbcDrivers.use(settings.url());
            usesDriver = true;
        } catch (SQLException e) {
            // that exception says less
            LOG.debug("no driver", e);
            throw new IllegalArgumentException("delivery.database=" + address() + " can't be used: there is no JDBC driver for it"
                    + " here. Only the drivers of H2 and PostgreSQL are included: add that of another database to pom.xml,"
                    + " or to lib of the zip");
        }
    }

    /** Returns whether the database exists, as far as that is known without a connection. */
    public boolean isThere() {
        return file == null || file.isThere();
    }

    /** Returns an id of this database that is unique on this machine and safe in a file name. */
    public String id() {
        return Hashes.sha256Hex(file == null ? settings.url() : file.path().toString()).substring(0, 16);
    }

    /** Returns whether no other process can open the database while this one has it open. */
    public boolean isExclusive() {
        return file != null && file.isExclusive();
    }

    /** @throws DatabaseException if the database can't be opened or the query fails */
    public <T> T execute(Function<JdbcTemplate, T> query) {
        try {
            return query.apply(open());
        } catch (DataAccessException | TransactionException e) {
            throw failed(e);
        }
    }

    /**
     * The database in its current opening. Get it before a change that is to be flushed: after a failed write, H2 closes its file
     * and opens it again in the state of the last flush.
     *
     * @param id empty for a server, which keeps all committed changes
     */
    private record Opening(DeliveryDatabase database, String id) implements PendingWrites.Store {

        /** @throws DatabaseException if changes since then may be lost */
        @Override
        public void flush() {
            if (!id.isEmpty()) {
                database.flush(id);
            }
        }
    }

    /** Returns the current opening, to flush the changes that start from now on with {@link PendingWrites.Store#flush()}. */
    public PendingWrites.Store opening() {
        return new Opening(this, file == null ? "" : execute(DeliveryDatabase::openingId));
    }

    /** Returns an id that H2 loses when it closes the file, whoever causes that. */
    private static String openingId(JdbcTemplate jdbc) {
        try {
            return jdbc.queryForObject("select id from delivery_opening", String.class);
        } catch (BadSqlGrammarException | EmptyResultDataAccessException e) {
            LOG.debug("just opened", e);
            jdbc.execute("create global temporary table if not exists delivery_opening (one integer primary key, id varchar(36))"
                    + " not persistent");
            try {
                jdbc.update("insert into delivery_opening values (1, ?)", UUID.randomUUID().toString());
            } catch (DuplicateKeyException other) {
                LOG.debug("another thread was first", other);
            }
            return jdbc.queryForObject("select id from delivery_opening", String.class);
        }
    }

    /**
     * Forces all changes so far to disk, or with {@code durability=process} to the operating system. Concurrent callers share one
     * write. A server does that at each commit itself; for H2's file it happens only here.
     */
    private void flush(String opening) {
        long request = requests.incrementAndGet();
        synchronized (flushing) {
            if (flushed < request) {
                long all = requests.get();
                file.requireUnchanged();
                file.changed(execute(jdbc -> {
                    jdbc.update("update delivery_state set sequence = sequence + 1");
                    jdbc.execute("checkpoint");
                    flushedIn = openingId(jdbc);
                    return sequence(jdbc);
                }));
                flushed = all;
            }
            if (!flushedIn.equals(opening)) {
                throw new DatabaseException("the database " + address() + " was closed by a write that failed, and opened again"
                        + " without what was put into it just before", null);
            }
        }
    }

    /** Writes the changes so far to the file, in another connection than the caller's. A server does that itself. */
    void checkpoint() {
        if (file != null) {
            execute(jdbc -> {
                jdbc.execute("checkpoint");
                return null;
            });
        }
    }

    /** Flushes soon the changes that may be lost, such as the removal of a sent row, without a wait. */
    public void flushSoon() {
        if (file == null || !flushSoon.compareAndSet(false, true)) {
            return;
        }
        try {
            flusher().execute(() -> {
                flushSoon.set(false);
                try {
                    opening().flush();
                } catch (DatabaseException e) {
                    // the next caller that depends on a flush gets the failure
                    LOG.debug("not flushed", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: H2 writes everything when it closes", e);
        }
    }

    private synchronized ExecutorService flusher() {
        if (flusher == null) {
            flusher = camelContext.getExecutorServiceManager().newSingleThreadExecutor(this, "roboflow-flush");
        }
        return flusher;
    }

    private static long sequence(JdbcTemplate jdbc) {
        return jdbc.queryForObject("select max(sequence) from delivery_state", Long.class);
    }

    /** Returns the open pool, for callers with their own statements. */
    public DataSource dataSource() {
        return execute(JdbcTemplate::getDataSource);
    }

    private synchronized JdbcTemplate open() {
        if (jdbc == null) {
            if (failure != null && System.nanoTime() - failedAt < CONNECTION_TIMEOUT.toNanos() / 5) {
                // callers that waited meanwhile would only wait again for the same failure
                throw new DatabaseException(failure.getMessage(), failure);
            }
            try {
                jdbc = firstOpened();
            } catch (DataAccessException | DatabaseException e) {
                failure = e instanceof DatabaseException known ? known : failed(e);
                failedAt = System.nanoTime();
                throw failure;
            }
        }
        return jdbc;
    }

    private JdbcTemplate firstOpened() {
        check();
        if (file != null) {
            prepareFile();
        }
        if (pool == null) {
            pool = new HikariDataSource(configuration());
        }
        JdbcTemplate template = new JdbcTemplate(pool);
        Schema.create(template, product());
        if (file != null) {
            // the tables are kept even if the first write afterwards fails
            template.execute("checkpoint");
            file.opened(sequence(template));
        }
        return template;
    }

    private void prepareFile() {
        try {
            file.prepare(settings.durability(), settings.user(), settings.password());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private HikariConfig configuration() {
        HikariConfig configuration = new HikariConfig();
        configuration.setJdbcUrl(file == null ? settings.url() : file.address(settings.durability()));
        if (!settings.user().isEmpty()) {
            configuration.setUsername(settings.user());
            configuration.setPassword(settings.password());
        }
        configuration.setPoolName("deliveries");
        configuration.setMaximumPoolSize(CONNECTIONS);
        configuration.setMinimumIdle(1);
        configuration.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        // the first query gives a better message
        configuration.setInitializationFailTimeout(-1);
        return configuration;
    }

    private String product() {
        try {
            return JdbcUtils.extractDatabaseMetaData(pool, metaData -> metaData.getDatabaseProductName());
        } catch (MetaDataAccessException e) {
            throw failed(e);
        }
    }

    private DatabaseException failed(Exception e) {
        if (pool != null && pool.getHikariPoolMXBean() != null) {
            // these connections may lead to a closed or lost database; the pool does not check connections in frequent use
            pool.getHikariPoolMXBean().softEvictConnections();
        }
        SQLException cause = Stream.<Throwable>iterate(e, error -> error != null, Throwable::getCause).limit(20)
                .filter(SQLException.class::isInstance).map(SQLException.class::cast).reduce((outer, inner) -> inner).orElse(null);
        if (cause != null && cause.getErrorCode() == H2_LOCKED_BY_ANOTHER) {
            return new DatabaseException("the database " + address() + " is in use by another program: stop that one, or give"
                    + " this one a database of its own in delivery.database", e);
        }
        if (file != null && cause != null && cause.getErrorCode() == H2_NOT_THERE) {
            return file.vanished();
        }
        if (file != null && cause != null && (cause.getErrorCode() == H2_DAMAGED
                || String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("corrupt"))) {
            return file.damaged("H2 finds it corrupt");
        }
        return new DatabaseException("the database " + address() + " can't be used: " + (cause == null ? e : cause).getMessage()
                .replaceAll("\\s*[\\r\\n]+\\s*", " "), e);
    }

    /** Returns the address without options and secrets. */
    private String address() {
        return settings.url().replaceAll("[;?].*", "").replaceAll("[^:/]+[:/][^:/]*@|[^:/]+@", "");
    }

    @Override
    protected void doStop() {
        ExecutorService last;
        synchronized (this) {
            last = flusher;
            flusher = null;
        }
        if (last != null) {
            // without the lock, for which a flush that has just begun waits
            camelContext.getExecutorServiceManager().shutdownGraceful(last);
        }
        closePool();
    }

    private synchronized void closePool() {
        if (pool != null) {
            pool.close();
            pool = null;
            jdbc = null;
        }
        if (usesDriver) {
            usesDriver = false;
            JdbcDrivers.release(settings.url());
        }
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** Adds this service to the context, so that it closes after everything that uses it. */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        if (this.camelContext == camelContext) {
            // the context calls this again when the service is added
            return;
        }
        this.camelContext = camelContext;
        try {
            camelContext.addService(this, true, true);
        } catch (Exception e) {
            throw new IllegalStateException("the service can't be added to the context", e);
        }
    }

    /** Thrown while the database can't be used; the message says why to the operator. No image is at fault. */
    public static final class DatabaseException extends RuntimeException {

        public DatabaseException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
