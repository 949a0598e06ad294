/**
 * Helpers that all packages share: log throttle, bounded map, memory shortage, text for messages, secrets in files,
 * configuration errors.
 */
package io.github.camelroboflow.inference.support;
