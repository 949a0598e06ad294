package io.github.camelroboflow.delivery.destination;

/**
 * The address of a broker, with its options.
 *
 * @param text such as {@code tcp://localhost:61616?jms.useCompression=true}
 */
record BrokerAddress(String text) {

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
