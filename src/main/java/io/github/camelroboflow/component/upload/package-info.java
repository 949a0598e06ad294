/** The {@code roboflow-upload:} scheme: images from messages into datasets at Roboflow, with labels where there are any. */
package io.github.camelroboflow.component.upload;
