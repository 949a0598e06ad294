package io.github.camelroboflow.delivery.bucket;

/** The result of reading an object. */
sealed interface Reading {

    /** Its content is on disk now. */
    record Content(ObjectFacts facts, Version version) implements Reading {
    }

    enum Nothing implements Reading {
        /** There is no such object. */
        GONE,
        /** There is another one, or the server tells of it in another way than before. */
        CHANGED
    }
}
