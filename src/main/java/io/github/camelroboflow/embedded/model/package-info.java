/**
 * Reads model packages: finds a model's folder and weights, its class names, its preprocessing, and the declaration of what the
 * model is.
 */
package io.github.camelroboflow.embedded.model;
