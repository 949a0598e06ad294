package io.github.camelroboflow.delivery.outbox;

import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.bucket.S3Connection;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;

/** Delivers a file to S3 twice: by the outbox, which gives it up as S3 is not there, until it is to try again; then directly. */
final class LargeFileProgram {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private LargeFileProgram() {
    }

    /** @param args the folder of the database, the file, and where S3 will be */
    public static void main(String[] args) {
        File again = new File(args[0], "refused/again");
        again.mkdirs();
        S3Connection connection = new S3Connection();
        connection.setOverrideEndpoint(true);
        connection.setEndpoint(args[2]);
        connection.setForcePathStyle(true);
        try (OutboxProgram program = new OutboxProgram(Path.of(args[0]))) {
            program.context().getRegistry().bind("s3Client", connection.client());
            program.outbox().setKeepFor("1s");
            program.start();
            program.deliver(destination("first"), "1", new File(args[1]));
            await().atMost(PATIENCE).until(() -> program.waiting() == 0);
            System.out.println("given up: " + program.refused().size());
            await().atMost(PATIENCE).until(() -> program.refused().isEmpty() && again.list().length == 0 && program.waiting() == 0);
            program.deliver(destination("second"), "2", new File(args[1]));
            System.out.println("done, waiting: " + program.waiting());
        }
        connection.close();
    }

    private static String destination(String key) {
        return "aws2-s3:images?keyName=" + key + "&amazonS3Client=#s3Client&fileName=any";
    }
}
