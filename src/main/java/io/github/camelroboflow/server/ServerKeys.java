package io.github.camelroboflow.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/** The keys that a server lets in. Only their hashes are kept. */
public final class ServerKeys {

    /** No keys: whoever can reach the server may use it. */
    public static final ServerKeys NONE = new ServerKeys(List.of());

    private final List<byte[]> hashes = new ArrayList<>();

    /** @param keys blank ones are left out */
    public ServerKeys(Collection<String> keys) {
        keys.stream().map(String::strip).filter(key -> !key.isEmpty()).distinct().forEach(key -> hashes.add(hash(key)));
    }

    public boolean isEmpty() {
        return hashes.isEmpty();
    }

    /** How many there are. */
    public int size() {
        return hashes.size();
    }

    /** Which of the keys it is; empty if none. Takes as long for a wrong key as for a right one. */
    OptionalInt find(String key) {
        byte[] hash = hash(key);
        int found = -1;
        for (int i = 0; i < hashes.size(); i++) {
            if (MessageDigest.isEqual(hashes.get(i), hash)) {
                found = i;
            }
        }
        return found < 0 ? OptionalInt.empty() : OptionalInt.of(found);
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return size() + " keys";
    }
}
