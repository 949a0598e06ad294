package io.github.camelroboflow.component;

/** What happens to a message that comes while an endpoint works on as many as it may. */
public enum WhenFull {
    /** Its caller waits, so that a consumer takes in no more than is worked on. */
    BLOCK,
    /** It fails at once with a {@link io.github.camelroboflow.inference.RoboflowUnavailableException}. */
    FAIL
}
