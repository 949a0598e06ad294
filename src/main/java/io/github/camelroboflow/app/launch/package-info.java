/**
 * How the program is started: by Maven in a JVM of its own, and with an archive of its classes, which the first start makes for the
 * later ones.
 */
package io.github.camelroboflow.app.launch;
