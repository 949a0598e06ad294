/**
 * Downloads model packages from Roboflow's platform for the embedded engine. Publishes a model's folder only when all
 * of its files are there and checked.
 */
package io.github.camelroboflow.hosted.weights;
