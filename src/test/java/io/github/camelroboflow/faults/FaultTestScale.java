package io.github.camelroboflow.faults;

/** How much a proof takes upon itself: a little in every build, or with {@code -Dfaults=long} all that is promised. */
enum FaultTestScale {
    SHORT, LONG;

    static final FaultTestScale CURRENT = "long".equals(System.getProperty("faults")) ? LONG : SHORT;

    static <T> T of(T inShort, T inLong) {
        return CURRENT == LONG ? inLong : inShort;
    }
}
