import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/**
 * Starts Artemis with AMQP 1.0, its messages kept in a folder: {@code java -cp 'target/it/artemis/*' Artemis.java <port> <folder>}.
 */
public final class Artemis {

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        new EmbeddedActiveMQ().setConfiguration(new ConfigurationImpl().setSecurityEnabled(false).setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO).setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString()).setPagingDirectory(folder.resolve("paging").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                // or it takes no messages where a tenth of the disk is not free
                .setMaxDiskUsage(-1)
                .addAcceptorConfiguration("amqp", "tcp://127.0.0.1:" + arguments[0] + "?protocols=AMQP")).start();
    }
}
