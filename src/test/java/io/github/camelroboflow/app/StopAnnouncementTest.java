package io.github.camelroboflow.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.status.Summary;
import io.github.camelroboflow.app.status.WorkMonitor;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopAnnouncementTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** At an empty bucket, a stop told of one image in flight. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            scheduler:bucket?initialDelay=0 | Stopping; nothing is in flight
            scheduler:camera?initialDelay=0 | Stopping; finishing 1 image in flight
            """)
    void theListingOfABucketIsNoImageInFlight(String source, String words) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(source).process(exchange -> stopping.await(60, TimeUnit.SECONDS));
                }
            });
            context.start();
            context.getManagementStrategy().addEventNotifier(new StopAnnouncement(new PrintStream(printed, true, UTF_8), null,
                    new Summary(context, WorkMonitor.of(context, null), Duration.ZERO, null)));
            context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
                @Override
                public boolean isEnabled(CamelEvent event) {
                    return event.getType() == CamelEvent.Type.RoutesStopping;
                }

                @Override
                public void notify(CamelEvent event) {
                    stopping.countDown();
                }
            });
            await().until(() -> context.getInflightRepository().size() == 1);
        }
        assertThat(printed.toString(UTF_8)).startsWith(words);
    }
}
