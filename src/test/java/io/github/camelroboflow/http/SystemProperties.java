package io.github.camelroboflow.http;

import java.util.HashMap;
import java.util.Map;

/** Sets properties of this JVM for one test that runs alone. */
public final class SystemProperties implements AutoCloseable {

    private final Map<String, String> before = new HashMap<>();

    public SystemProperties set(String name, Object value) {
        before.putIfAbsent(name, System.getProperty(name));
        System.setProperty(name, String.valueOf(value));
        return this;
    }

    @Override
    public void close() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
