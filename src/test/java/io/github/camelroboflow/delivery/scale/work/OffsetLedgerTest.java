package io.github.camelroboflow.delivery.scale.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OffsetLedgerTest {

    private final OffsetLedger ledger = new OffsetLedger();

    private void take(long... offsets) {
        LongStream.of(offsets).forEach(offset -> ledger.taken(offset, 1000 + offset));
    }

    @Test
    void thePositionIsThatOfTheFirstMessageThatIsNotFinished() {
        take(5, 6, 7);
        assertThat(ledger.toCommit()).isEmpty();

        ledger.finished(6);
        ledger.finished(7);
        assertThat(ledger.toCommit()).as("5 is not finished").isEmpty();

        ledger.finished(5);
        assertThat(ledger.toCommit()).hasValue(8);
    }

    @Test
    void aPositionIsCommittedOnce() {
        take(0, 1);
        ledger.finished(0);
        assertThat(ledger.toCommit()).hasValue(1);

        ledger.committed(1);
        assertThat(ledger.toCommit()).isEmpty();
        ledger.finished(1);
        assertThat(ledger.toCommit()).hasValue(2);
    }

    @Test
    void offsetsThatTheTopicDoesNotHaveAreSkipped() {
        take(3, 9);
        ledger.finished(3);
        assertThat(ledger.toCommit()).hasValue(9);
    }

    @Test
    void theOldestIsTheOneThatIsNotFinished() {
        assertThat(ledger.oldest()).isEmpty();
        take(1, 2);
        ledger.finished(1);
        assertThat(ledger.oldest()).hasValue(1002);
    }

    @Test
    void aWaitEndsWhenAllIsFinishedOrItsTimeIsOver() throws InterruptedException {
        assertThat(ledger.awaitFinished(0)).isTrue();
        take(1);
        assertThat(ledger.awaitFinished(1)).isFalse();
        ledger.finished(1);
        assertThat(ledger.awaitFinished(1)).isTrue();
    }
}
