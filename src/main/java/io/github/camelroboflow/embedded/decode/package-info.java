/**
 * Turns the output tensors of a net into boxes, masks, keypoints and classes. Finds the model's family by the shapes
 * of its outputs and has one decoder for each family.
 */
package io.github.camelroboflow.embedded.decode;
