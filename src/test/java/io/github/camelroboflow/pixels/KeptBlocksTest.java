package io.github.camelroboflow.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeptBlocksTest {

    private static final Duration SHORT = Duration.ofMillis(20);

    private final AtomicInteger allocated = new AtomicInteger();
    private final AtomicInteger freed = new AtomicInteger();
    private boolean gone;

    private final class CountedBlock extends KeptBlocks.Block {

        CountedBlock(long size) {
            super(size);
            allocated.incrementAndGet();
        }

        @Override
        boolean begin() {
            return !gone;
        }

        @Override
        void end() {
            // nothing
        }

        @Override
        void free() {
            freed.incrementAndGet();
        }
    }

    @Test
    void blocksThatNobodyUsesAreFreedWithoutAnyone() {
        KeptBlocks<CountedBlock> blocks = new KeptBlocks<>(CountedBlock::new, SHORT, KeptBlocks::startThread);
        for (int i = 1; i <= 2; i++) {
            CountedBlock block = blocks.take(100);
            blocks.giveBack(blocks.take(100));
            blocks.giveBack(block);

            await().until(() -> blocks.kept() == 0);
            assertThat(freed).hasValue(2 * i);
        }
    }

    @Test
    void blocksAreFreedAlthoughThereWasOnceNoThreadForIt() {
        AtomicInteger starts = new AtomicInteger();
        KeptBlocks<CountedBlock> blocks = new KeptBlocks<>(CountedBlock::new, SHORT, task -> {
            if (starts.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            KeptBlocks.startThread(task);
        });
        blocks.giveBack(blocks.take(1));
        assertThat(blocks.kept()).isEqualTo(KeptBlocks.UNIT);

        blocks.giveBack(blocks.take(1));
        await().until(() -> blocks.kept() == 0);
    }

    @Test
    void theSmallestBlockThatIsLargeEnoughIsUsed() {
        KeptBlocks<CountedBlock> blocks = new KeptBlocks<>(CountedBlock::new);
        CountedBlock large = blocks.take(10 * KeptBlocks.UNIT);
        CountedBlock small = blocks.take(2 * KeptBlocks.UNIT);
        blocks.giveBack(small);
        blocks.giveBack(large);

        assertThat(blocks.take(KeptBlocks.UNIT)).isSameAs(small);
        assertThat(blocks.take(KeptBlocks.UNIT)).isSameAs(large);
        assertThat(blocks.take(KeptBlocks.UNIT)).isNotSameAs(large);
    }

    @Test
    void blocksWhoseMemoryIsGoneAreNotUsed() {
        KeptBlocks<CountedBlock> blocks = new KeptBlocks<>(CountedBlock::new);
        CountedBlock block = blocks.take(1);
        blocks.giveBack(block);
        gone = true;

        assertThat(blocks.take(1)).isNotSameAs(block);
        assertThat(allocated).hasValue(2);
    }
}
