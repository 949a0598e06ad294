/**
 * How the program is started: by Maven in a JVM of its own, and with an archive of its classes, which the first start makes for the
 * later ones. The start script of the zip gives the same options as {@link io.github.camelroboflow.app.launch.MavenLauncher}.
 */
package io.github.camelroboflow.app.launch;
