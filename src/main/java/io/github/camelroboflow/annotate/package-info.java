/**
 * Draws results on their images: boxes, outlines, keypoints, class names, in the colours of the model or of Roboflow's server.
 * Images are decoded and encoded with OpenCV, as the embedded engine does it, and drawn on with Java2D, which knows every script.
 * {@link io.github.camelroboflow.annotate.Annotator} is the way in.
 */
package io.github.camelroboflow.annotate;
