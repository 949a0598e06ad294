/**
 * Checks encoded images by their headers and decodes them with OpenCV, or row by row where an image is large. Refuses
 * what is damaged, too large or of an unsupported format before it takes memory.
 */
package io.github.camelroboflow.embedded.image;
