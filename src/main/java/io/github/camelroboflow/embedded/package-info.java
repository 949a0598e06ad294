/**
 * Runs models inside this JVM: reads model packages, decodes and prepares images (OpenCV), runs the nets (ONNX Runtime) and turns
 * their outputs into results, with the arithmetic of Roboflow inference's default engine ("engine N"). Nothing leaves the machine.
 * {@link io.github.camelroboflow.embedded.EmbeddedEngine} is the way in.
 */
package io.github.camelroboflow.embedded;
