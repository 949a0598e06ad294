/**
 * The application, for those who run camel-roboflow rather than embed it: reads {@code config/application.properties}, binds the
 * beans that routes name, runs the chosen routes, says in a few lines what runs, and answers a mistake in the configuration with
 * one sentence.
 */
package io.github.camelroboflow.app;
