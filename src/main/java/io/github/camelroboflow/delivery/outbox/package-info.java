/**
 * The outbox: a message for the network is committed to a table first, and sent from there until the receiver accepts it, rejects
 * it, or its time is over. A slow or dead receiver delays neither other receivers nor images.
 */
package io.github.camelroboflow.delivery.outbox;
