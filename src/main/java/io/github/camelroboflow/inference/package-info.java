/**
 * The vocabulary: what an engine is asked ({@link io.github.camelroboflow.inference.ModelId},
 * {@link io.github.camelroboflow.inference.ImageSource}, {@link io.github.camelroboflow.inference.InferenceOptions}), what it
 * answers ({@link io.github.camelroboflow.inference.Inference}), and how it fails. Knows neither Camel nor any engine.
 */
package io.github.camelroboflow.inference;
