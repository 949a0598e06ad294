package io.github.camelroboflow.faults;

/** The scale of a fault test: short in every build, or the full promise with {@code -Dfaults=long}. */
enum FaultTestScale {
    SHORT, LONG;

    static final FaultTestScale CURRENT = "long".equals(System.getProperty("faults")) ? LONG : SHORT;

    static <T> T of(T inShort, T inLong) {
        return CURRENT == LONG ? inLong : inShort;
    }
}
