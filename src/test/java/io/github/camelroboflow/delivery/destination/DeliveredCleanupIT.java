package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.database.PostgresServer;
import io.github.camelroboflow.delivery.destination.DeduplicationRepository.DeduplicationSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.service.ServiceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Deliveries are remembered for a limited time, so that their table does not grow for ever. */
class DeliveredCleanupIT {

    private static final int LONG_AGO = 1700;

    private enum Kind {
        H2, POSTGRES
    }

    @TempDir
    Path data;
    private final CamelContext context = new DefaultCamelContext();
    private PostgresServer postgres;

    @BeforeEach
    void start() {
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        if (postgres != null) {
            postgres.close();
        }
    }

    private String url(Kind kind) {
        if (kind == Kind.H2) {
            return "jdbc:h2:file:" + data.resolve("delivery") + ";AUTO_SERVER=TRUE";
        }
        Assumptions.assumeTrue(PostgresServer.isInstalled(), "PostgreSQL is not installed");
        postgres = new PostgresServer();
        return postgres.url();
    }

    private DeduplicationRepository dedupe(String url, Duration rememberFor) {
        DeliveryDatabase database = new DeliveryDatabase(new DatabaseSettings(url, "", "", Durability.POWER));
        database.setCamelContext(context);
        return new DeduplicationRepository(database, new DeduplicationSettings(true, rememberFor));
    }

    /** Creates the table of an earlier version without an index by time, with rows of 100 days ago and one of 80 days ago. */
    private static JdbcTemplate tableOfBefore(String url) throws Exception {
        try (Connection connection = await().ignoreExceptions().until(() -> DriverManager.getConnection(url),
                opened -> true)) {
            connection.createStatement().execute("create table CAMEL_MESSAGEPROCESSED (processorName varchar(255),"
                    + " messageId varchar(100), createdAt timestamp, primary key (processorName, messageId))");
            PreparedStatement insert = connection.prepareStatement("insert into CAMEL_MESSAGEPROCESSED values (?, ?, ?)");
            for (int i = 0; i < LONG_AGO; i++) {
                add(insert, "dedupe", "old " + i, 100);
            }
            add(insert, "dedupe", "recent", 80);
            add(insert, "another", "old 0", 100);
            insert.executeBatch();
        }
        return new JdbcTemplate(new DriverManagerDataSource(url));
    }

    private static void add(PreparedStatement insert, String name, String id, int daysAgo) throws Exception {
        insert.setString(1, name);
        insert.setString(2, id);
        insert.setTimestamp(3, Timestamp.from(Instant.now().minus(Duration.ofDays(daysAgo))));
        insert.addBatch();
    }

    private static long rows(JdbcTemplate jdbc) {
        return jdbc.queryForObject("select count(*) from CAMEL_MESSAGEPROCESSED", Long.class);
    }

    @ParameterizedTest
    @EnumSource
    void whatWasDeliveredLongAgoIsForgottenByTwoMachinesAtOnceAndNothingElse(Kind kind) throws Exception {
        String url = url(kind);
        JdbcTemplate jdbc = tableOfBefore(url);
        DeduplicationRepository one = dedupe(url, Duration.ofDays(90));
        DeduplicationRepository two = dedupe(url, Duration.ofDays(90));

        assertThat(one.add("new")).isTrue();
        assertThat(two.add("new")).isFalse();
        await().until(() -> rows(jdbc) <= 3);

        assertThat(one.contains("recent")).isTrue();
        assertThat(two.contains("new")).isTrue();
        assertThat(one.add("old 7")).isTrue();
        assertThat(jdbc.queryForList("select messageId from CAMEL_MESSAGEPROCESSED where processorName = 'another'", String.class))
                .containsExactly("old 0");
        ServiceHelper.stopService(one, two);
    }

    @Test
    void nothingIsForgottenWhereThatIsWanted() throws Exception {
        String url = url(Kind.H2);
        JdbcTemplate jdbc = tableOfBefore(url);
        DeduplicationRepository dedupe = dedupe(url, Duration.ZERO);

        assertThat(dedupe.contains("old 1")).isTrue();
        await().during(Duration.ofSeconds(1)).until(() -> rows(jdbc) == LONG_AGO + 2);
        ServiceHelper.stopService(dedupe);
    }
}
