/**
 * What the shipped destinations are made of: messages for queues and topics, the envelope of a webhook, copies of images, and the
 * rule that what one destination refuses keeps nothing from the others.
 */
package io.github.camelroboflow.delivery.destination;
