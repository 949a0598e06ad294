package io.github.camelroboflow.app.bucket;

import io.github.camelroboflow.app.fixture.AzuriteServer;
import io.github.camelroboflow.app.fixture.Cloud;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of what holds for the buckets of all clouds, with a bucket that the shipped route of its cloud watches. */
@ParameterizedClass
@EnumSource(Cloud.class)
abstract class CloudTestBase extends BucketTestBase {

    @Parameter
    Cloud cloud;

    /** Opens a bucket of a server of its own, or of one that tests share where its start takes long. */
    @Override
    WatchedBucket open() {
        return cloud == Cloud.AZURE ? WatchedBucket.shared(data, AzuriteServer.shared())
                : new WatchedBucket(data, cloud.server(data));
    }

    /** Opens a bucket of a server that the test may stop instead. */
    void openAlone() {
        if (!bucket.isAlone()) {
            bucket = new WatchedBucket(data, cloud.server(data));
        }
    }
}
