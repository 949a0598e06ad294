package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AdmissionControlTest {

    private final AdmissionControl admission = new AdmissionControl(10, 100);

    @Test
    void anUnreadAnswerUsesMemoryButNoSlot() {
        AdmissionControl.Slot slow = admission.enter(true);
        slow.grow(20);
        slow.answered(90);
        AdmissionControl.Slot next = admission.enter(true);

        assertThat(admission.requests()).isEqualTo(1);
        assertThatThrownBy(() -> next.grow(11)).isInstanceOf(ResponseException.class);
        slow.close();
        assertThatCode(() -> next.grow(100)).doesNotThrowAnyException();
    }

    @Test
    void aSmallAnswerReleasesTheMemoryOfTheRequest() {
        AdmissionControl.Slot slot = admission.enter(false);
        slot.grow(50);
        slot.answered(1);

        assertThatCode(() -> admission.enter(false).grow(50)).doesNotThrowAnyException();
        slot.close();
        slot.close();
        assertThat(admission.requests()).isEqualTo(1);
    }

    @Test
    void aStopWaitsForAnUnreadAnswer() throws InterruptedException {
        AdmissionControl.Slot slot = admission.enter(true);
        slot.answered(1);

        assertThat(admission.drain(1)).isFalse();
        slot.close();
        assertThat(admission.drain(1)).isTrue();
    }
}
