/**
 * Writes files so that they survive a power cut, and names them without taking a name from another file. This package knows neither
 * images nor Camel's routes.
 */
package io.github.camelroboflow.delivery.disk;
