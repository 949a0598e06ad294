/**
 * Reads model packages: finds a model's folder and weights, its class names, its preprocessing, and what the package
 * and the weights declare the model to be.
 */
package io.github.camelroboflow.embedded.model;
