package io.github.camelroboflow.delivery.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.bucket.client.BucketObject;
import org.junit.jupiter.api.Test;

class InFlightObjectsTest {

    private static final BucketObject OBJECT = new BucketObject("inbox/a.jpg", "1", 3);

    private final InFlightObjects objects = new InFlightObjects();

    /** An object whose turn came while the server was down counted as waiting for ever, and stayed in the inbox. */
    @Test
    void anObjectThatCouldNotBeTakenWasNeverFoundAgain() {
        objects.markWaiting(OBJECT);

        objects.giveBack(OBJECT);

        assertThat(objects.contains(OBJECT)).isFalse();
    }

    @Test
    void whatIsWorkedOnIsNotGivenBack() {
        objects.take(OBJECT);

        objects.giveBack(OBJECT);

        assertThat(objects.contains(OBJECT)).isTrue();
    }
}
