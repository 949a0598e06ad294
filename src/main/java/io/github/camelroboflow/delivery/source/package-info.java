/**
 * The contract between a source of images and the steps after it: the properties of the exchange, the destinations that accepted a
 * result, and the filter of image names.
 */
package io.github.camelroboflow.delivery.source;
