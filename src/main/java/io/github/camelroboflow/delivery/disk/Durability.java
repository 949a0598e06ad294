package io.github.camelroboflow.delivery.disk;

/** Names the failures that lose nothing. */
public enum Durability {
    /** Deliveries are on disk, and survive a power cut. */
    POWER,
    /** Deliveries are with the operating system: a program that is killed loses nothing, a machine that stops may. */
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
