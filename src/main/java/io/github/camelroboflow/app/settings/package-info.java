/**
 * Declares the properties of {@code config/application.properties}, once each: name, shipped value, form and comment. Reads the
 * typed settings of each part from them.
 */
package io.github.camelroboflow.app.settings;
