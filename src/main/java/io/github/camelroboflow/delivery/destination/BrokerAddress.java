package io.github.camelroboflow.delivery.destination;

import java.net.URI;

/**
 * The address of a broker, with its options.
 *
 * @param text such as {@code tcp://localhost:61616?jms.useCompression=true}
 */
record BrokerAddress(String text) {

    private static final int HIGHEST_PORT = 65_535;

    /** @throws IllegalArgumentException if the server of one broker could never be reached */
    static void checkServer(URI server, boolean needsPort) {
        if (server.getHost() == null) {
            throw new IllegalArgumentException(server.getRawAuthority() == null ? "it names no server"
                    : "it has no host name of letters, digits, dots and hyphens, as its client wants, or its port is no number");
        }
        if (server.getPort() == 0 || server.getPort() > HIGHEST_PORT || needsPort && server.getPort() < 0) {
            throw new IllegalArgumentException("it needs a port, from 1 to " + HIGHEST_PORT);
        }
    }

    /** Of several brokers, one of which is used. */
    boolean isFailover() {
        return text.startsWith("failover:");
    }

    boolean isAmqp() {
        return text.replaceFirst("^failover:(//)?\\(?", "").startsWith("amqp");
    }

    /** The address with an option, unless it has that already; whoever wrote it there knows better. */
    BrokerAddress withDefault(String option, Object value) {
        if (text.matches("(?s).*[?&]" + option.replace(".", "\\.") + "=.*")) {
            return this;
        }
        // those of the single brokers stand within the brackets
        boolean hasOptions = text.indexOf('?', text.lastIndexOf(')') + 1) >= 0;
        return new BrokerAddress(text + (hasOptions ? "&" : "?") + option + "=" + value);
    }
}
