/**
 * The program's words about its work: the summary in the log or on a terminal, and the answers to {@code status}. They are made of
 * counts that the sources of images keep.
 */
package io.github.camelroboflow.app.status;
