/**
 * Delivery of results: every image that was taken in ends in done with its results delivered, or in failed with the
 * reason. The sub-packages hold the sources, the destinations, the outbox and what they share; this package joins
 * them to Camel's thread pools.
 */
package io.github.camelroboflow.delivery;
