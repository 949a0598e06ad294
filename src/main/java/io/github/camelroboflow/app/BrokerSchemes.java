package io.github.camelroboflow.app;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The schemes that a broker's address may have: those that the clients of ActiveMQ and of AMQP find a way for. */
final class BrokerSchemes {

    /** For people; of what is rare, or takes a library that is not here, not all. */
    static final String KNOWN = "tcp, ssl, nio, nio+ssl, amqp, amqps, amqpws, amqpwss, and failover:(…) of several";

    /** The first, which may stand before others in brackets, and those of servers. */
    private static final Pattern SCHEME = Pattern.compile("^[^:/?(]+(?=:)|[A-Za-z][A-Za-z0-9+.-]*(?=://)");
    private static final Pattern OPTIONS = Pattern.compile("\\?[^,)]*");

    /** Where the clients themselves look for what a scheme stands for. */
    private static final List<String> SERVICES = List.of("META-INF/services/org/apache/activemq/transport/",
            "META-INF/services/org/apache/activemq/transport/discoveryagent/", "META-INF/services/org/apache/qpid/jms/provider/");

    private BrokerSchemes() {
    }

    /** The first scheme of an address that no client knows. */
    static Optional<String> unknown(String address) {
        Stream<String> schemes = SCHEME.matcher(OPTIONS.matcher(address).replaceAll("")).results().map(MatchResult::group);
        return schemes.filter(scheme -> !isKnown(scheme)).findFirst();
    }

    private static boolean isKnown(String scheme) {
        ClassLoader loader = BrokerSchemes.class.getClassLoader();
        return SERVICES.stream().anyMatch(services -> loader.getResource(services + scheme) != null);
    }
}
