package io.github.camelroboflow.inference;

/** Something that was found in an image: a class, and how sure the model is of it. */
public sealed interface Finding permits Detection, ClassScore {

    /** The class name, without outer spaces. */
    String className();

    /** 0 to 1. */
    double confidence();
}
