package io.github.camelroboflow.server;

import java.time.Duration;
import java.util.Objects;

/**
 * Where a server listens, whom it lets in, and how much it takes.
 *
 * @param host                 the name or address to listen at; without keys it must be, and otherwise becomes, a loopback address
 * @param port                 0 for any that is free
 * @param keys                 who may use it
 * @param maxRequestsPerSecond of each key, or of all together where there are no keys; 0: as many as come
 * @param maxRequestSize       of a body, bytes
 * @param maxRequests          how many may be accepted at a time; those beyond are sent away
 * @param maxConnections       how many clients may be connected at a time; those beyond are disconnected
 * @param receiveTimeout       from the first byte of a request to its last, and for the client to take the answer
 * @param idleTimeout          how long a connection may be kept without a request
 * @param stopTimeout          how long a stop waits for what was accepted
 * @param imageUrls            whether images are fetched from where {@code image=} says, which only ever are public https addresses
 */
public record ServerSettings(String host, int port, ServerKeys keys, double maxRequestsPerSecond, int maxRequestSize,
                             int maxRequests, int maxConnections, Duration receiveTimeout, Duration idleTimeout,
                             Duration stopTimeout, boolean imageUrls) {

    /** For these clients, with the limits that stand when nothing is said. */
    public static ServerSettings of(String host, int port, ServerKeys keys) {
        return new ServerSettings(host, port, keys, 0, 20_000_000, 64, 1000, Duration.ofSeconds(60), Duration.ofSeconds(60),
                Duration.ofSeconds(30), true);
    }

    /** @throws IllegalArgumentException naming what is out of its range */
    public ServerSettings {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(keys, "keys");
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port=" + port + " is out of range: it must be 0 to 65535");
        }
        if (!(maxRequestsPerSecond >= 0)) {
            throw new IllegalArgumentException("maxRequestsPerSecond=" + maxRequestsPerSecond
                    + " is out of range: it must be 0 or more");
        }
        positive("maxRequestSize", maxRequestSize);
        positive("maxRequests", maxRequests);
        positive("maxConnections", maxConnections);
        positive("receiveTimeout", receiveTimeout.toMillis());
        positive("idleTimeout", idleTimeout.toMillis());
        if (stopTimeout.isNegative()) {
            throw new IllegalArgumentException("stopTimeout=" + stopTimeout.toMillis() + " is out of range: it must be 0 or more");
        }
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + "=" + value + " is out of range: it must be 1 or more");
        }
    }
}
