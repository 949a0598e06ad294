/**
 * Draws visualizations of results: boxes, masks, keypoints and class names in the colors of the model, or in colors for
 * color-blind readers. Images are decoded and encoded with OpenCV, as in the embedded engine, and drawn with Java2D,
 * which supports all scripts. {@link io.github.camelroboflow.annotate.Annotator} is the entry point.
 */
package io.github.camelroboflow.annotate;
