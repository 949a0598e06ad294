import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/**
 * Starts Artemis with AMQP 1.0 and MQTT 5, its messages kept in a folder: {@code java -cp 'target/it/artemis/*' Artemis.java <port>
 * <folder> [<user> <password>]}. With a user, it takes no client without that.
 */
public final class Artemis {

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        boolean secured = arguments.length > 2;
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        if (secured) {
            SecurityConfiguration users = new SecurityConfiguration(Map.of(arguments[2], arguments[3]),
                    Map.of(arguments[2], List.of("all")));
            server.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        }
        server.setConfiguration(new ConfigurationImpl().setSecurityEnabled(secured).setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO).setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString()).setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                // or it takes no messages where a tenth of the disk is not free
                .setMaxDiskUsage(-1)
                .putSecurityRoles("#", Set.of(new Role("all", true, true, true, true, true, true, true, true, true, true, false,
                        false)))
                .addAcceptorConfiguration("all", "tcp://127.0.0.1:" + arguments[0]
                        + "?protocols=AMQP,MQTT;maximumPacketSize=50000"))
                .start();
    }
}
