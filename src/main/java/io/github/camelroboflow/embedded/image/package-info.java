/**
 * Checks encoded images by their headers and decodes them with OpenCV, or row by row if an image is large. Refuses damaged, too
 * large and unsupported images before they take memory.
 */
package io.github.camelroboflow.embedded.image;
