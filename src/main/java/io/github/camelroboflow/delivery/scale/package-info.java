/**
 * The roles of several programs that share the work: references to images, and the table of their claims. A dispatcher finds
 * images, claims them and sends references; any number of workers take references and deliver results.
 */
package io.github.camelroboflow.delivery.scale;
