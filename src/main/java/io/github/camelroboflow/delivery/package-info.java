/**
 * The promise about delivery: every image that was taken in ends in {@code done}, its results delivered, or in {@code failed} with
 * the reason, whatever stops or fails in between; and an outage, which is no image's fault, leaves the images where they are.
 * Plugs into Camel's file consumer and routes; knows nothing of models.
 */
package io.github.camelroboflow.delivery;
