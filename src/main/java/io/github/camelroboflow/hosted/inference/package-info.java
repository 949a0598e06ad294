/**
 * Sends one image to one model: makes the query parameters, scales the image down if configured, and maps the result to
 * the original image. Caches results if configured.
 */
package io.github.camelroboflow.hosted.inference;
