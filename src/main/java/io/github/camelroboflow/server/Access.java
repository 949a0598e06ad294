package io.github.camelroboflow.server;

import dev.failsafe.RateLimiter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Lets clients in by their keys, each no more often than allowed. */
final class Access {

    private final ServerKeys keys;
    private final List<RateLimiter<Object>> rates;
    private final Duration pause;

    Access(ServerKeys keys, double maxRequestsPerSecond) {
        this.keys = keys;
        // what is allowed in a second may come at once; a rate below one is one request in a longer time
        long burst = Math.max(1, Math.round(maxRequestsPerSecond));
        pause = Duration.ofNanos(maxRequestsPerSecond == 0 ? 1 : (long) (burst * 1e9 / maxRequestsPerSecond));
        rates = maxRequestsPerSecond == 0 ? List.of()
                : IntStream.range(0, Math.max(1, keys.size())).mapToObj(i -> RateLimiter.burstyBuilder(burst, pause).build())
                        .toList();
    }

    /** Whether nobody needs a key. */
    boolean isOpen() {
        return keys.isEmpty();
    }

    /** Whether a client with this key would be let in; counts nothing. */
    boolean knows(Optional<String> key) {
        return isOpen() || key.flatMap(shown -> keys.find(shown).stream().boxed().findFirst()).isPresent();
    }

    /**
     * Counts a request of the client with this key.
     *
     * @throws Refusal if the key is missing or wrong, or was used too often
     */
    void enter(Optional<String> key) {
        int client = keys.isEmpty() ? 0 : key.map(keys::find).orElseThrow(Refusal::unauthorized).orElseThrow(Refusal::unauthorized);
        if (!rates.isEmpty() && !rates.get(client).tryAcquirePermit()) {
            throw Refusal.tooManyRequests(pause);
        }
    }
}
