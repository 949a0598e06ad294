package io.github.camelroboflow.delivery.bucket;

import io.github.camelroboflow.delivery.outbox.DeliveryDatabase;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.CamelContextHelper;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Remembers objects in a table of the database that results wait in, which is opened when it is first needed. */
public final class BucketMemory implements Memory, CamelContextAware {

    private static final String TABLE =
            "create table if not exists bucket_object (id char(64) primary key, finished timestamp not null)";

    private CamelContext camelContext;
    private String database;
    private volatile boolean made;

    /** The name of the database's bean, which may be made later than this one. */
    public void setDatabase(String database) {
        this.database = database;
    }

    @Override
    public Set<String> known(Collection<String> ids) {
        String places = String.join(",", Collections.nCopies(ids.size(), "?"));
        String query = "select id from bucket_object where id in (" + places + ")";
        return ask(jdbc -> new HashSet<>(jdbc.queryForList(query, String.class, ids.toArray())));
    }

    @Override
    public void remember(String id) {
        if (known(Set.of(id)).isEmpty()) {
            ask(jdbc -> insert(jdbc, id));
        }
    }

    private static boolean insert(JdbcTemplate jdbc, String id) {
        try {
            return jdbc.update("insert into bucket_object (id, finished) values (?, ?)", id, Timestamp.from(Instant.now())) > 0;
        } catch (DuplicateKeyException e) {
            // another program was as quick
            return false;
        }
    }

    @Override
    public void forget(String id) {
        ask(jdbc -> jdbc.update("delete from bucket_object where id = ?", id));
    }

    private <T> T ask(Function<JdbcTemplate, T> question) {
        DeliveryDatabase opened = CamelContextHelper.mandatoryLookup(camelContext, database, DeliveryDatabase.class);
        if (!made) {
            opened.ask(jdbc -> {
                jdbc.execute(TABLE);
                return null;
            });
            made = true;
        }
        return opened.ask(question);
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
