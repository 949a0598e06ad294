package io.github.camelroboflow.delivery.outbox;

import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.delivery.bucket.S3Connection;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;

/** Delivers a file to S3 twice: first by the outbox, since S3 is not there yet, and then directly. */
final class LargeFileProgram {

    private LargeFileProgram() {
    }

    /** @param args the folder of the database, the file, and where S3 will be */
    public static void main(String[] args) {
        S3Connection connection = new S3Connection();
        connection.setOverrideEndpoint(true);
        connection.setEndpoint(args[2]);
        connection.setForcePathStyle(true);
        try (OutboxProgram program = new OutboxProgram(Path.of(args[0]))) {
            program.context().getRegistry().bind("s3Client", connection.client());
            program.start();
            program.deliver(destination("first"), "1", new File(args[1]));
            System.out.println("waiting: " + program.waiting());
            await().atMost(Duration.ofMinutes(2)).until(() -> program.waiting() == 0);
            program.deliver(destination("second"), "2", new File(args[1]));
            System.out.println("done, waiting: " + program.waiting());
        }
        connection.close();
    }

    private static String destination(String key) {
        return "aws2-s3:images?keyName=" + key + "&amazonS3Client=#s3Client&fileName=any";
    }
}
