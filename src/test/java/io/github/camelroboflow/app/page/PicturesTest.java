package io.github.camelroboflow.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PicturesTest {

    @Test
    void severalPagesTogetherDrawNoMoreThanOne() {
        AtomicLong nanos = new AtomicLong();
        Pictures pictures = new Pictures(nanos::get);
        long one = pictures.pause();
        assertThat(one).isPositive();

        nanos.addAndGet(Duration.ofMillis(400).toNanos());
        assertThat(pictures.pause()).isBetween(2 * one, 2 * one + 1);
        nanos.addAndGet(Duration.ofMillis(600).toNanos());
        assertThat(pictures.pause()).isBetween(2 * one, 2 * one + 1);
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(pictures.pause()).isEqualTo(one);
    }
}
