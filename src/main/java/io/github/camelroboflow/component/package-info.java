/**
 * Camel's face: the {@code roboflow:} scheme with its options, headers, converters and health check. Turns messages into what an
 * {@link io.github.camelroboflow.inference.InferenceEngine} is asked, and its answers into messages; it knows no model and no
 * protocol.
 */
package io.github.camelroboflow.component;
