/**
 * Uploads images and their annotations to Roboflow datasets.
 */
package io.github.camelroboflow.hosted.upload;
