/**
 * Runs models inside this JVM: reads model packages, decodes and preprocesses images (OpenCV), runs the nets (ONNX Runtime) and
 * turns their outputs into results, with the arithmetic of Roboflow inference's default engine ("engine N"). Nothing leaves the
 * machine. The entry point is {@link io.github.camelroboflow.embedded.EmbeddedEngine}.
 */
package io.github.camelroboflow.embedded;
