/**
 * The steps of the delivery route: begin and end of a delivery, deduplication, and what each shipped destination
 * sends.
 */
package io.github.camelroboflow.delivery.destination;
