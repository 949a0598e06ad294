package io.github.camelroboflow.embedded;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Random UUIDs (version 4) for results. They need not be unguessable, so they don't wait for a secure source of randomness. */
final class Ids {

    private Ids() {
    }

    static String random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = random.nextLong() & ~0xF000L | 0x4000L;
        long low = random.nextLong() >>> 2 | Long.MIN_VALUE;
        return new UUID(high, low).toString();
    }
}
