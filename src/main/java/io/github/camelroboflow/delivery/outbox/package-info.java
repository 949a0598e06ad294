/**
 * The outbox: a message for the network is committed to a table first, and sent from there until the receiver accepts
 * it, rejects it for good, or its time is over. A slow or dead receiver holds up neither other receivers nor images.
 */
package io.github.camelroboflow.delivery.outbox;
