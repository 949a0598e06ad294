package io.github.camelroboflow.delivery.destination;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.destination.ResultMessage.HeaderText;
import org.junit.jupiter.api.Test;

class HeaderTextTest {

    @Test
    void leavesOrdinaryNamesAsTheyAre() {
        assertThat(HeaderText.of("line 1/Zahnräder 漢字 🙂 'a',b+c?d&e.jpg")).isEqualTo("line 1/Zahnräder 漢字 🙂 'a',b+c?d&e.jpg");
    }

    @Test
    void encodesWhatWouldBreakALineOrBeReadBackWrong() {
        assertThat(HeaderText.of("100%\r\nX: y\0\u202E\u2028")).isEqualTo("100%25%0D%0AX: y%00%E2%80%AE%E2%80%A8");
    }
}
