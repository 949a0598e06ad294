/**
 * Turns a decoded image into a network's input: crop, grayscale, contrast, resize and normalization, with the arithmetic of
 * Roboflow inference. Keeps the placement that converts coordinates of the input to coordinates of the image.
 */
package io.github.camelroboflow.embedded.preprocessing;
