package io.github.camelroboflow.inference;

/**
 * A class of the whole image, or of a part of its pixels.
 *
 * @param classId    index into the model's class names, or -1 where the result did not say
 * @param confidence 0 to 1
 */
public record ClassScore(String className, int classId, double confidence) implements Finding {
}
