/**
 * The inbox folder: images are renamed into work, and from there into done or failed, and come back after a crash or
 * an outage.
 */
package io.github.camelroboflow.delivery.folder;
