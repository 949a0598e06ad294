/**
 * The {@code roboflow:} component with its options, headers, converters and health check. It converts messages to requests to an
 * {@link io.github.camelroboflow.inference.InferenceEngine}, and the results to messages. It contains no code for models or
 * protocols.
 */
package io.github.camelroboflow.component;
