package io.github.camelroboflow.delivery.database;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDBC drivers beside this class. Java makes its list of drivers only once, with the class loader of the first application that
 * uses a database, and holds the drivers in it for ever. H2's driver is in the list while a database of H2 is in use.
 */
final class JdbcDrivers {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcDrivers.class);
    private static final String H2 = "jdbc:h2:";
    private static int h2Uses;

    private JdbcDrivers() {
    }

    /**
     * Begins the use of the driver for an address.
     *
     * @throws SQLException if there is none; then there is no use to end
     */
    static synchronized void use(String url) throws SQLException {
        if (url.startsWith(H2)) {
            registerH2();
        } else {
            registerOthers();
        }
        DriverManager.getDriver(url);
        h2Uses += url.startsWith(H2) ? 1 : 0;
    }

    /** Ends the use of the driver for an address. */
    static synchronized void release(String url) {
        h2Uses -= url.startsWith(H2) ? 1 : 0;
        // the classes of the system class loader are never unloaded, and others in it may use the driver
        if (h2Uses == 0 && url.startsWith(H2) && JdbcDrivers.class.getClassLoader() != ClassLoader.getSystemClassLoader()) {
            org.h2.Driver.unload();
        }
    }

    private static void registerH2() {
        try {
            org.h2.Driver.load();
        } catch (NoClassDefFoundError e) {
            LOG.debug("H2 is missing", e);
        }
    }

    /** Loads the drivers, which register themselves. */
    private static void registerOthers() {
        for (Iterator<Driver> drivers = ServiceLoader.load(Driver.class, JdbcDrivers.class.getClassLoader()).iterator();;) {
            try {
                if (!drivers.hasNext()) {
                    return;
                }
                drivers.next();
            } catch (ServiceConfigurationError e) {
                LOG.debug("A driver can't be loaded", e);
            }
        }
    }
}
