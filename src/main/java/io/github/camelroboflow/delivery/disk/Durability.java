package io.github.camelroboflow.delivery.disk;

/** The failures that a delivery survives. */
public enum Durability {
    /** Deliveries are on disk and survive a power cut. */
    POWER,
    /** The operating system has the deliveries: they survive a kill of the program, but perhaps not a stop of the machine. */
    PROCESS;

    /** @throws IllegalArgumentException if the option has another value */
    public static Durability parse(String text) {
        return switch (text.strip()) {
            case "power" -> POWER;
            case "process" -> PROCESS;
            default -> throw new IllegalArgumentException("durability=" + text + ": it is power or process");
        };
    }
}
