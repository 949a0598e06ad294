/**
 * Detection conditions: the language that tests a result for findings, such as {@code person without helmet}.
 * {@link io.github.camelroboflow.condition.Condition} parses a condition and tests results. Depends only on
 * {@code inference}; its Camel language and function are in {@code condition.camel}.
 */
package io.github.camelroboflow.condition;
