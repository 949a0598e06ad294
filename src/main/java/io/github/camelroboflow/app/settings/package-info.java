/**
 * Declares the properties of {@code config/application.properties}, once each: name, shipped value, form and comment. Makes of them
 * the typed settings of each part.
 */
package io.github.camelroboflow.app.settings;
