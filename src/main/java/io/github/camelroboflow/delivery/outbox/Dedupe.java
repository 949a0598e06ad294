package io.github.camelroboflow.delivery.outbox;

import io.github.camelroboflow.delivery.Durations;
import io.github.camelroboflow.delivery.Taken;
import io.github.camelroboflow.delivery.disk.Unsettled;
import io.github.camelroboflow.inference.Printable;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;

/**
 * Remembers in the delivery database what was delivered, for an {@code idempotentConsumer}; or, with {@code none}, remembers
 * nothing and lets everything pass. To lose nothing by a crash, the consumer must be given {@code eager: false}; equal images that
 * are worked on at once are known to it if they come by way of {@link InTurn}.
 */
public final class Dedupe extends ServiceSupport implements IdempotentRepository {

    private static final Logger LOG = LoggerFactory.getLogger(Dedupe.class);
    private static final String NAME = "dedupe";
    private static final String FOREVER = "forever";
    private static final Duration UPKEEP = Duration.ofHours(1);

    private DeliveryDatabase database;
    private boolean wanted;
    private Duration rememberFor = Duration.ZERO;
    private Upkeep upkeep;
    private JdbcMessageIdRepository repository;

    public void setDatabase(DeliveryDatabase database) {
        this.database = database;
    }

    /** {@code none}, or {@code content}: an image that was delivered with this result before is not delivered again. */
    public void setBy(String by) {
        switch (by.strip()) {
            case "none" -> wanted = false;
            case "content" -> wanted = true;
            default -> throw new IllegalArgumentException("dedupe=" + by + ": it is none or content");
        }
    }

    /** How long after its delivery an image is remembered: such as {@code 90d}; {@code forever} or 0, always. */
    public void setRememberFor(String time) {
        rememberFor = FOREVER.equals(time.strip()) ? Duration.ZERO : Durations.parse("dedupe.rememberFor", time);
    }

    boolean isWanted() {
        return wanted;
    }

    private synchronized IdempotentRepository repository() {
        if (repository == null) {
            JdbcMessageIdRepository created = new JdbcMessageIdRepository(database.dataSource(), NAME);
            // its table is made with the others
            created.setCreateTableIfNotExists(false);
            ServiceHelper.startService(created);
            repository = created;
            if (!rememberFor.isZero()) {
                upkeep = new Upkeep(database.getCamelContext(), Duration.ZERO, UPKEEP,
                        new ForgetDelivered(database, NAME, rememberFor));
            }
        }
        return repository;
    }

    @Override
    public boolean add(String key) {
        try {
            if (!wanted) {
                return true;
            }
            Unsettled.Store opening = database.opening();
            boolean added = repository().add(key);
            opening.flush();
            return added;
        } catch (DuplicateKeyException e) {
            // another machine delivered the same meanwhile
            LOG.debug("remembered already", e);
            return false;
        }
    }

    @Override
    public boolean contains(Exchange exchange, String key) {
        boolean known = contains(key);
        if (known) {
            LOG.info("{} was delivered before (dedupe=content): done without a new delivery",
                    Printable.of(exchange.getProperty(Taken.IMAGE_NAME, exchange.getExchangeId(), String.class)));
        }
        return known;
    }

    @Override
    public boolean contains(String key) {
        return wanted && repository().contains(key);
    }

    @Override
    public boolean remove(String key) {
        return !wanted || repository().remove(key);
    }

    @Override
    public boolean confirm(String key) {
        return !wanted || repository().confirm(key);
    }

    @Override
    public void clear() {
        if (wanted) {
            repository().clear();
        }
    }

    @Override
    protected synchronized void doStop() {
        if (upkeep != null) {
            upkeep.close();
            upkeep = null;
        }
        ServiceHelper.stopService(repository);
        repository = null;
    }
}
