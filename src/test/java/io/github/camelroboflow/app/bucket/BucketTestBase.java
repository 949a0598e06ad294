package io.github.camelroboflow.app.bucket;

import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.S3Server;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a bucket of S3Proxy that the shipped route watches. */
@ExtendWith(AwsCredentials.class)
abstract class BucketTestBase {

    @TempDir
    Path data;
    WatchedBucket bucket;

    @BeforeEach
    void openBucket() {
        bucket = open();
    }

    WatchedBucket open() {
        return new WatchedBucket(data, new S3Server(data));
    }

    @AfterEach
    void closeBucket() {
        bucket.close();
    }
}
