/**
 * Detection conditions in Camel: the {@code roboflow} language, the Simple function {@code detects}, and a predicate for routes in
 * Java. They find the result to look at, warn about what the model can't answer, and stop a route with a wrong condition from
 * starting. What a condition means is decided in {@code condition}.
 */
package io.github.camelroboflow.condition.camel;
