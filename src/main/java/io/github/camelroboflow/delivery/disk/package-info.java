/**
 * Writes files so that they survive a power cut, and names them without taking a name from another file. Nothing here
 * knows of images or of Camel's routes.
 */
package io.github.camelroboflow.delivery.disk;
