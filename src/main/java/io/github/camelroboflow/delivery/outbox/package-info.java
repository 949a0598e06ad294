/**
 * The outbox: what is to be sent over a network is committed to a table first, and sent from there until the receiver has accepted
 * it, refused it for good, or a day has passed. One slow or dead receiver holds up neither the others nor the images. Also which
 * images were delivered before, for those who want each content once.
 */
package io.github.camelroboflow.delivery.outbox;
