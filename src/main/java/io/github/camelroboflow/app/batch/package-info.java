/**
 * The route batch: runs the images of a folder once, streams the results into files, and goes on after a kill where it
 * was. {@link io.github.camelroboflow.app.batch.BatchRun} has its steps.
 */
package io.github.camelroboflow.app.batch;
