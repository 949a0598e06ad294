package io.github.camelroboflow.inference.support;

/**
 * Words advice by where it is given: the shipped program has files and properties that another application with this library does
 * not have.
 */
public final class Advice {

    private static volatile boolean program;

    private Advice() {
    }

    /** Sets that this JVM runs the shipped program, and nothing else. */
    public static void setProgram() {
        program = true;
    }

    /** Returns the words for the shipped program, or those for any other application. */
    public static String choose(String inProgram, String elsewhere) {
        return program ? inProgram : elsewhere;
    }

    /** Names an option of the models' endpoints, such as {@code apiKey} or {@code confidence=0.5}. */
    public static String modelOption(String option) {
        return choose("camel.component.roboflow." + option, "the option " + option + " of the endpoint or the component");
    }
}
