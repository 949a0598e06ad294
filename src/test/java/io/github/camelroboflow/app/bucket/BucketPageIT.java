package io.github.camelroboflow.app.bucket;

import static io.github.camelroboflow.app.fixture.QuirkyRelay.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.app.WatchedFolder;
import io.github.camelroboflow.app.fixture.FreePorts;
import io.github.camelroboflow.app.fixture.QuirkyRelay;
import io.github.camelroboflow.server.fixture.Wire;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page with the images of a bucket. */
class BucketPageIT extends BucketTestBase {

    private static final Predicate<String> READS = line("^GET /images/[^?]+");

    private final int port = FreePorts.free();

    private Wire.Response get(String path) {
        return Wire.ask(port, "GET", path, new String[0], null);
    }

    private JsonNode results() {
        return get("/live").json().path("results");
    }

    @ParameterizedTest
    @ValueSource(strings = {"move", "leave"})
    void anImageIsFetchedForItsPictureWhenSomebodyLooksAtIt(String after) {
        bucket.putSample("gears.jpg", "inbox/line 1/gears.jpg");
        String key = (after.equals("move") ? "done" : "inbox") + "/line 1/gears.jpg";
        try (QuirkyRelay relay = new QuirkyRelay(bucket.server());
                WatchedFolder route = bucket.route().with("s3.endpoint", relay.address()).with("s3.after", after)
                        .with("page.enabled", "true").with("page.port", String.valueOf(port)).start()) {
            await().until(() -> route.files("results").size() == 1);
            await().ignoreExceptions().until(() -> results().size() == 1);
            long before = relay.count(READS);

            assertThat(get("/picture/1").type()).isEqualTo("image/jpeg");
            assertThat(get("/picture/1").type()).isEqualTo("image/jpeg");
            assertThat(relay.count(READS) - before).isEqualTo(1);

            bucket.server().delete(bucket.name(), key);
            Wire.Response gone = get("/picture/1?size=large");
            assertThat(gone.status()).isEqualTo(404);
            assertThat(gone.text()).contains("The image was moved away.");
        }
    }
}
