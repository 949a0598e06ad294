/**
 * Memory for the pixels of images, which the next images use again. It is bounded, and freed when nobody uses it. The engine and
 * the visualizations share it.
 */
package io.github.camelroboflow.pixels;
