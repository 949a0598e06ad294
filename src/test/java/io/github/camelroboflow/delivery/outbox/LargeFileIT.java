package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.ProgressDeadline;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection;
import io.github.camelroboflow.delivery.bucket.s3.S3Connection.S3Settings;
import io.github.camelroboflow.delivery.database.PostgresServer;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A copy of an image may be larger than the memory. */
class LargeFileIT {

    /** A size that is larger than the memory of the program, and smaller than that of S3Proxy, which holds all of it. */
    private static final long SIZE = 100_000_000;

    private enum Kind {
        H2, POSTGRES
    }

    @TempDir
    Path data;

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole file was held in memory, several times. */
    @Test
    void aFileThatIsLargerThanTheMemoryIsDeliveredDirectlyAndByTheOutboxAlsoAfterItWasGivenUp() throws Exception {
        Path image = data.resolve("image.tif");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(SIZE);
        }
        Path output = data.resolve("output.txt");
        S3Server s3 = new S3Server(data);
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx80m",
                "-Daws.accessKeyId=" + S3Server.KEY_ID, "-Daws.secretAccessKey=" + S3Server.SECRET, "-cp",
                System.getProperty("java.class.path"), LargeFileProgram.class.getName(), data.toString(), image.toString(),
                s3.address()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try (s3) {
            await().until(() -> !process.isAlive() || read(output).contains("given up: 1"));
            s3.start();
            s3.client().createBucket(request -> request.bucket("images"));
            Path refused = data.resolve("refused");
            for (String file : refused.toFile().list((folder, name) -> name.endsWith(".json"))) {
                Files.move(refused.resolve(file), refused.resolve("again").resolve(file));
            }

            await().until(() -> !process.isAlive());
            assertThat(read(output)).contains("done, waiting: 0").doesNotContain("OutOfMemory");
            for (String key : new String[] {"first", "second"}) {
                assertThat(s3.client().headObject(request -> request.bucket("images").key(key)).contentLength()).isEqualTo(SIZE);
            }
            assertThat(refused.toFile().list()).containsExactly("again");
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLargeArrivesAsItWas(Kind kind) throws Exception {
        Assumptions.assumeTrue(kind == Kind.H2 || PostgresServer.isInstalled(), "PostgreSQL is not installed");
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        File file = Files.write(data.resolve("a.jpg"), content).toFile();
        Queue<Object> bodies = new ConcurrentLinkedQueue<>();
        try (PostgresServer postgres = kind == Kind.POSTGRES ? new PostgresServer() : null;
             OutboxProgram program = new OutboxProgram(data)) {
            if (postgres != null) {
                program.database(postgres.url());
            }
            program.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:sink").process(exchange -> bodies.add(bytes(exchange)));
                }
            });
            program.start();
            await().ignoreExceptions().until(() -> program.waiting() == 0);

            program.enqueue("direct:sink", "file", file);
            program.enqueue("direct:sink", "small", "small".getBytes());
            await().until(() -> program.waiting() == 0);
            program.deliver("direct:sink", "direct", file);
            await().until(() -> bodies.size() == 3);
        }

        assertThat(bodies).containsExactlyInAnyOrder(content, "small".getBytes(), content);
    }

    /** Some components do not send a file's content, or read the file when it is gone. */
    @Test
    void endpointsThatMayNotKnowFilesAreGivenBytes() throws Exception {
        File file = Files.write(data.resolve("a.jpg"), new byte[] {1, 2, 3}).toFile();
        Queue<Object> bodies = new ConcurrentLinkedQueue<>();
        try (OutboxProgram program = new OutboxProgram(data)) {
            program.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:sink").process(exchange -> bodies.add(exchange.getMessage().getBody()));
                }
            });
            program.start().deliver("direct:sink", "direct", file);
        }

        assertThat(bodies).containsExactly(new byte[] {1, 2, 3});
    }

    private static byte[] bytes(Exchange exchange) {
        return exchange.getMessage().getBody(byte[].class);
    }

    /** Delivers a file to S3 twice: with the outbox, which gives it up since S3 is down, until it is replayed; then directly. */
    static final class LargeFileProgram {

        private LargeFileProgram() {
        }

        /** @param args the folder of the database, the file, and the address of S3 */
        public static void main(String[] args) {
            ProgressDeadline.apply();
            File again = new File(args[0], "refused/again");
            again.mkdirs();
            S3Connection connection = new S3Connection(new S3Settings("us-east-1", true, args[2], true));
            try (OutboxProgram program = new OutboxProgram(Path.of(args[0]))) {
                program.context().getRegistry().bind("s3Client", connection.client());
                program.keepFor(Duration.ofSeconds(1)).start();
                program.deliver(destination("first"), "1", new File(args[1]));
                await().until(() -> program.waiting() == 0);
                System.out.println("given up: " + program.refused().size());
                await().until(() -> program.refused().isEmpty() && again.list().length == 0 && program.waiting() == 0);
                program.deliver(destination("second"), "2", new File(args[1]));
                System.out.println("done, waiting: " + program.waiting());
            }
            connection.close();
        }

        private static String destination(String key) {
            return "aws2-s3:images?keyName=" + key + "&amazonS3Client=#s3Client&fileName=any";
        }
    }
}
