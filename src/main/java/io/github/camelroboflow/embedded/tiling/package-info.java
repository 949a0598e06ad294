/**
 * Runs a model on overlapping tiles of an image, and merges the tile detections, or the pixels, into one result for the whole
 * image.
 */
package io.github.camelroboflow.embedded.tiling;
