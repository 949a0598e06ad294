/**
 * The components in Spring Boot: the properties {@code camel.component.roboflow.*} of an application are applied to them. Needs
 * Camel's own starter, and no other class of ours needs this package.
 */
package io.github.camelroboflow.component.springboot;
