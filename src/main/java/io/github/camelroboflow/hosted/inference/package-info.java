/**
 * Sends one image to one model: the query parameters, the image made smaller where asked for, and the result brought
 * back to the original image. Caches results where that is configured.
 */
package io.github.camelroboflow.hosted.inference;
