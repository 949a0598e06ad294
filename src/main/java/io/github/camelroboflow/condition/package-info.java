/**
 * Detection conditions: the little language that asks whether a result shows something, such as
 * {@code person without helmet}. {@link io.github.camelroboflow.condition.Condition} reads one and tests results against it.
 * Pure Java on top of {@code inference}; Camel's faces of it are in {@code condition.camel}.
 */
package io.github.camelroboflow.condition;
