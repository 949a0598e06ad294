/**
 * The vocabulary of all engines: requests ({@link io.github.camelroboflow.inference.ModelId},
 * {@link io.github.camelroboflow.inference.ImageSource}, {@link io.github.camelroboflow.inference.InferenceOptions}),
 * results ({@link io.github.camelroboflow.inference.Inference}) with their JSON, and failures. Locations in the image
 * are in {@code geometry}, helpers in {@code support}. Depends on neither Camel nor an engine.
 */
package io.github.camelroboflow.inference;
