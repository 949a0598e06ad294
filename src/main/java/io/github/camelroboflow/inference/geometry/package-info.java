/** Locations and areas in an image: its size, points, boxes and masks, and the limits for the masks of a response. */
package io.github.camelroboflow.inference.geometry;
