/**
 * Validates the configuration before anything runs: names and formats of properties, secrets in files, and the
 * parameters of destinations. All mistakes of a step are reported together.
 */
package io.github.camelroboflow.app.validation;
