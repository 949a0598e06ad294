/**
 * Helpers that all rooms share and that are no part of the vocabulary: log throttle, bounded map, memory shortage,
 * text for messages, secrets in files, configuration errors.
 */
package io.github.camelroboflow.inference.support;
