package io.github.camelroboflow.app.bucket;

import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.AwsCredentials;
import io.github.camelroboflow.app.fixture.S3Server;
import io.github.camelroboflow.app.fixture.ScriptedEngine;
import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A bucket whose images are left where they are. */
@ExtendWith(AwsCredentials.class)
class LeaveInBucketIT {

    @TempDir
    Path data;

    private static List<Map<String, Object>> ask(WatchedFolder route, String query) {
        return route.context().getRegistry().lookupByNameAndType("deliveryDatabase", DeliveryDatabase.class)
                .execute(jdbc -> jdbc.queryForList(query));
    }

    @Test
    void whatIsRememberedOfItsImagesIsComparedWithItsListings() {
        try (S3Server s3 = new S3Server(data).start()) {
            s3.client().createBucket(request -> request.bucket("images"));
            s3.put("images", "inbox/a.jpg", new byte[] {1});
            WatchedFolder route = new WatchedFolder(data).with(new ScriptedEngine(image -> { })).with("routes", "watch-bucket")
                    .with("s3.after", "leave");
            s3.properties(data).forEach(route::with);
            try (route) {
                route.start();
                await().ignoreExceptions().until(() -> ask(route, "select * from bucket_source where listings = 1")
                        .size() == 1);
                // on a slow machine the image is done after the listing
                await().until(() -> ask(route,
                        "select * from bucket_object where listing = 1 and source = (select id from bucket_source)").size() == 1);
            }
        }
    }
}
