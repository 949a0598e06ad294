package io.github.camelroboflow.delivery.outbox;

import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Remembers in the delivery database what was delivered, for an {@code idempotentConsumer}; or, with {@code none}, remembers
 * nothing and lets everything pass. To lose nothing by a crash, the consumer must be given {@code eager: false}.
 */
public final class Dedupe extends ServiceSupport implements IdempotentRepository {

    private static final String NAME = "dedupe";

    private DeliveryDatabase database;
    private boolean wanted;
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

    private synchronized IdempotentRepository repository() {
        if (repository == null) {
            JdbcMessageIdRepository created = new JdbcMessageIdRepository(database.dataSource(), NAME);
            // its table is made with the others
            created.setCreateTableIfNotExists(false);
            ServiceHelper.startService(created);
            repository = created;
        }
        return repository;
    }

    @Override
    public boolean add(String key) {
        return !wanted || repository().add(key);
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
        ServiceHelper.stopService(repository);
        repository = null;
    }
}
