/**
 * Has writes survive a power cut: files and folders that are forced to disk in groups, and names that are given to a file without
 * taking them from another. Nothing here knows of images or of Camel's routes.
 */
package io.github.camelroboflow.delivery.disk;
