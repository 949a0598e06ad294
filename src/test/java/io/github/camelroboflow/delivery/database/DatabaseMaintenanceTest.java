package io.github.camelroboflow.delivery.database;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class DatabaseMaintenanceTest {

    /** Regression: a bucket that could not be listed at the start was not listed before the next day. */
    @Test
    void failedWorkIsRepeatedSoon() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        try (CamelContext context = new DefaultCamelContext();
                DatabaseMaintenance maintenance = new DatabaseMaintenance(context, Duration.ZERO, Duration.ofDays(1), stopping -> {
                    if (runs.incrementAndGet() == 1) {
                        throw new UncheckedIOException(new IOException("no answer"));
                    }
                })) {
            await().until(() -> runs.get() == 2);
        }
    }
}
