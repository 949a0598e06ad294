/**
 * Classifies a failure as an outage or as the fault of the image or message, counts attempts, and describes failures for people.
 */
package io.github.camelroboflow.delivery.failure;
