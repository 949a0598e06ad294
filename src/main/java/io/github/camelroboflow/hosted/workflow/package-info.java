/**
 * Runs saved and inline Roboflow workflows on a server and reads their outputs.
 */
package io.github.camelroboflow.hosted.workflow;
