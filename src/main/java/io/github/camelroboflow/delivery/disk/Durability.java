package io.github.camelroboflow.delivery.disk;

/** The failures that a delivery survives. */
public enum Durability {
    /** Deliveries are on disk and survive a power cut. */
    POWER,
    /** The operating system has the deliveries: they survive a kill of the program, but perhaps not a stop of the machine. */
    PROCESS
}
