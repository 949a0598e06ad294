/**
 * Places and areas in an image: its size, points, boxes and masks, with the limits up to which masks are made.
 */
package io.github.camelroboflow.inference.geometry;
