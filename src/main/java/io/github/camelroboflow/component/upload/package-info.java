/**
 * The {@code roboflow-upload:} component, which sends images from messages to datasets at Roboflow, with labels if there are any.
 */
package io.github.camelroboflow.component.upload;
