package io.github.camelroboflow.delivery.scale;

import io.github.camelroboflow.delivery.database.PostgresServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The same behaviour with PostgreSQL, in one database for all tests. */
@Execution(ExecutionMode.SAME_THREAD)
class PostgresClaimsIT extends ClaimTableTest {

    private static PostgresServer postgres;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(PostgresServer.isInstalled(), "PostgreSQL is not installed");
        postgres = new PostgresServer().awaitReady();
    }

    @AfterAll
    static void stop() {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Override
    String address() {
        return postgres.url();
    }
}
