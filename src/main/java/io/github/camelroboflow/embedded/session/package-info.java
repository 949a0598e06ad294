/**
 * Runs nets in ONNX Runtime: sessions and their settings, the tensors they read and write, the shared threads, and
 * the cancellation of runs.
 */
package io.github.camelroboflow.embedded.session;
