package io.github.camelroboflow.delivery.disk;

/** What is not lost by what. */
public enum Durability {
    /** What was delivered is on disk, also if power is cut. */
    POWER,
    /** What was delivered is with the operating system: a program that is killed loses nothing, a machine that stops may. */
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
