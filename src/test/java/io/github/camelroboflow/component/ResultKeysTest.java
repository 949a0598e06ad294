package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.component.ResultWriter.ResultKeys;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResultKeysTest {

    private static final byte[] IMAGE = {1, 2, 3};
    private static final Map<String, Object> FILE = Map.of(Exchange.FILE_NAME_CONSUMED, "a.jpg", Exchange.FILE_NAME, "a.jpg",
            Exchange.FILE_LAST_MODIFIED, 1000L);
    private static final Map<String, Object> OBJECT = Map.of("CamelAwsS3BucketName", "b", "CamelAwsS3Key", "a.jpg",
            "CamelAwsS3ETag", "e1");

    private final FakeEngineContext camel = new FakeEngineContext(new RouteBuilder() {
        @Override
        public void configure() {
            from("direct:camera1").to(FakeEngineContext.ENDPOINT);
            from("direct:camera2").to("direct:hop");
            from("direct:hop").to(FakeEngineContext.ENDPOINT);
            from("direct:other-model").to("roboflow:parts/2?engine=#fake");
            from("direct:other-option").to(FakeEngineContext.ENDPOINT + "&confidence=0.5");
            from("direct:same-option").to(FakeEngineContext.ENDPOINT + "&confidence=40%25&requestTimeout=9s&maxConcurrentRequests=3"
                    + "&tileOverlap=0.5");
        }
    });

    private record Ids(String result, String delivery) {
    }

    @AfterAll
    void stop() {
        camel.close();
    }

    private Ids ids(String from, byte[] image, Map<String, Object> headers) {
        Exchange exchange = camel.send(from, image, headers);
        assertThat(exchange.getException()).isNull();
        return new Ids(exchange.getMessage().getHeader(RoboflowConstants.RESULT_KEY, String.class),
                exchange.getMessage().getHeader(RoboflowConstants.DELIVERY_ID, String.class));
    }

    private static Map<String, Object> with(Map<String, Object> headers, String name, Object value) {
        Map<String, Object> changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }

    @Test
    void repeatsHaveTheSameIds() {
        assertThat(ids("direct:camera1", IMAGE, FILE)).isEqualTo(ids("direct:camera1", IMAGE.clone(), FILE));
        assertThat(ids("direct:camera1", IMAGE, OBJECT)).isEqualTo(ids("direct:camera1", IMAGE.clone(), OBJECT));
    }

    @Test
    void anEqualImageFromElsewhereIsAnotherDeliveryOfTheSameResult() {
        Ids one = ids("direct:camera1", IMAGE, FILE);

        for (Ids other : List.of(ids("direct:camera2", IMAGE, FILE),
                ids("direct:camera1", IMAGE, with(FILE, Exchange.FILE_NAME_CONSUMED, "b.jpg")),
                ids("direct:camera1", IMAGE, with(FILE, Exchange.FILE_LAST_MODIFIED, 2000L)),
                ids("direct:camera1", IMAGE, OBJECT))) {
            assertThat(other.result()).isEqualTo(one.result());
            assertThat(other.delivery()).isNotEqualTo(one.delivery());
        }
    }

    @ParameterizedTest
    @CsvSource({"CamelAwsS3BucketName, c", "CamelAwsS3Key, b.jpg", "CamelAwsS3ETag, e2", "CamelAwsS3VersionId, v2"})
    void anotherObjectOrVersionIsAnotherDelivery(String header, String value) {
        Ids one = ids("direct:camera1", IMAGE, OBJECT);
        Ids other = ids("direct:camera1", IMAGE, with(OBJECT, header, value));

        assertThat(other.result()).isEqualTo(one.result());
        assertThat(other.delivery()).isNotEqualTo(one.delivery());
    }

    @Test
    void messagesWithoutANameDifferByTheirIds() {
        Ids one = ids("direct:camera1", IMAGE, Map.of());
        Ids other = ids("direct:camera1", IMAGE, Map.of());

        assertThat(other.result()).isEqualTo(one.result());
        assertThat(other.delivery()).isNotEqualTo(one.delivery());
    }

    @Test
    void anotherImageModelOrOptionIsAnotherResult() {
        Ids one = ids("direct:camera1", IMAGE, FILE);

        for (Ids other : List.of(ids("direct:camera1", new byte[] {1, 2}, FILE), ids("direct:other-model", IMAGE, FILE),
                ids("direct:other-option", IMAGE, FILE),
                ids("direct:camera1", IMAGE, with(FILE, "CamelRoboflowOptionTile", "640")),
                ids("direct:camera1", IMAGE, with(FILE, "CamelRoboflowOptionClasses", "gear")))) {
            assertThat(other.result()).isNotEqualTo(one.result());
            assertThat(other.delivery()).isNotEqualTo(one.delivery());
        }
    }

    @Test
    void optionsThatChangeNoResultChangeNoKey() {
        assertThat(ids("direct:same-option", IMAGE, FILE).result()).isEqualTo(ids("direct:camera1", IMAGE, FILE).result());
    }

    @Test
    void aClassWithACommaIsNotTakenForTwo() {
        assertThat(ids("direct:camera1", IMAGE, with(FILE, "CamelRoboflowOptionClasses", List.of("a, b"))).result())
                .isNotEqualTo(ids("direct:camera1", IMAGE, with(FILE, "CamelRoboflowOptionClasses", "a, b")).result());
    }

    /** The missing image counted as an outage, and the route waited for the outage to end. */
    @Test
    void anImageThatIsGoneIsItsOwnFault(@TempDir Path folder) {
        ImageSource gone = ImageSource.of(folder.resolve("a.jpg"));

        assertThatThrownBy(() -> ResultKeys.resultKey(gone, "")).isInstanceOf(InvalidImageException.class)
                .hasMessage("the image a.jpg is gone: its file was removed while it was worked on");
    }

    @Test
    void anImageThatCanNotBeReadIsAnOutage(@TempDir Path folder) {
        assertThatThrownBy(() -> ResultKeys.resultKey(ImageSource.of("a.jpg", folder), "")).isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("the image a.jpg can't be read: ");
    }

    @Test
    void theOrderOfTheClassesChangesNothing() {
        assertThat(ids("direct:camera1", IMAGE, with(FILE, "CamelRoboflowOptionClasses", "b,a")).result())
                .isEqualTo(ids("direct:camera1", IMAGE, with(FILE, "CamelRoboflowOptionClasses", "a,b,a")).result());
    }
}
