package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.database.DatabaseMaintenance;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.disk.PendingWrites;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.MessageText;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;

/**
 * Remembers delivered images in the delivery database, for an {@code idempotentConsumer}. With {@code none} it remembers nothing
 * and lets everything pass. The consumer needs {@code eager: false}, so that a crash loses nothing. Equal images that are processed
 * at the same time must pass a {@link KeyedSequencer} before.
 */
public final class DeduplicationRepository extends ServiceSupport implements IdempotentRepository {

    private static final Logger LOG = LoggerFactory.getLogger(DeduplicationRepository.class);
    private static final String NAME = "dedupe";
    private static final Duration MAINTENANCE_INTERVAL = Duration.ofHours(1);

    private final DeliveryDatabase database;
    private final DeduplicationSettings settings;
    private DatabaseMaintenance maintenance;
    private JdbcMessageIdRepository repository;

    /**
     * The settings of deduplication.
     *
     * @param wanted      whether an image that was delivered with the same result before is not delivered again
     * @param rememberFor how long after its delivery an image is remembered; 0 for always
     */
    public record DeduplicationSettings(boolean wanted, Duration rememberFor) {
    }

    public DeduplicationRepository(DeliveryDatabase database, DeduplicationSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    boolean isWanted() {
        return settings.wanted();
    }

    private synchronized IdempotentRepository repository() {
        if (repository == null) {
            JdbcMessageIdRepository created = new JdbcMessageIdRepository(database.dataSource(), NAME);
            // the schema creates its table
            created.setCreateTableIfNotExists(false);
            ServiceHelper.startService(created);
            repository = created;
            if (!settings.rememberFor().isZero()) {
                maintenance = new DatabaseMaintenance(database.getCamelContext(), Duration.ZERO, MAINTENANCE_INTERVAL,
                        new DeliveredCleanup(database, NAME, settings.rememberFor()));
            }
        }
        return repository;
    }

    @Override
    public boolean add(String key) {
        try {
            if (!isWanted()) {
                return true;
            }
            PendingWrites.Store opening = database.opening();
            boolean added = repository().add(key);
            opening.flush();
            return added;
        } catch (DuplicateKeyException e) {
            // another machine delivered the same content meanwhile
            LOG.debug("remembered already", e);
            return false;
        }
    }

    @Override
    public boolean contains(Exchange exchange, String key) {
        boolean known = contains(key);
        if (known) {
            LOG.info("{} was delivered before (dedupe=content): done without a new delivery",
                    MessageText.printable(exchange.getProperty(ContractNames.IMAGE_NAME, exchange.getExchangeId(), String.class)));
        }
        return known;
    }

    @Override
    public boolean contains(String key) {
        return isWanted() && repository().contains(key);
    }

    @Override
    public boolean remove(String key) {
        return !isWanted() || repository().remove(key);
    }

    @Override
    public boolean confirm(String key) {
        return !isWanted() || repository().confirm(key);
    }

    @Override
    public void clear() {
        if (isWanted()) {
            repository().clear();
        }
    }

    @Override
    protected synchronized void doStop() {
        if (maintenance != null) {
            maintenance.close();
            maintenance = null;
        }
        ServiceHelper.stopService(repository);
        repository = null;
    }

    /** Deletes old entries in small batches, so that nothing waits for it. Several machines may do so at the same time. */
    static final class DeliveredCleanup implements Consumer<BooleanSupplier> {

        private static final int BATCH = 500;

        private final DeliveryDatabase database;
        private final String name;
        private final Duration rememberFor;

        /** @param name the processor name of the rows */
        DeliveredCleanup(DeliveryDatabase database, String name, Duration rememberFor) {
            this.database = database;
            this.name = name;
            this.rememberFor = rememberFor;
        }

        @Override
        public void accept(BooleanSupplier stopping) {
            Timestamp before = Timestamp.from(Instant.now().minus(rememberFor));
            List<String> old;
            do {
                // two statements: H2 would scan the whole table for one with a subquery
                old = database.execute(jdbc -> jdbc.queryForList("select messageId from CAMEL_MESSAGEPROCESSED"
                        + " where processorName = ? and createdAt < ? order by processorName, createdAt limit ?", String.class,
                        name, before, BATCH));
                delete(old, before);
            } while (old.size() == BATCH && !stopping.getAsBoolean());
        }

        private void delete(List<String> ids, Timestamp before) {
            if (!ids.isEmpty()) {
                String marks = String.join(", ", Collections.nCopies(ids.size(), "?"));
                // another machine may have deleted one of them meanwhile and added it again
                database.execute(jdbc -> jdbc.update("delete from CAMEL_MESSAGEPROCESSED where processorName = ? and createdAt < ?"
                        + " and messageId in (" + marks + ")", Stream.concat(Stream.of(name, before), ids.stream()).toArray()));
            }
        }
    }
}
