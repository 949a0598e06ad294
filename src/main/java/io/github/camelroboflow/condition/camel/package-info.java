/**
 * Detection conditions in Camel: the {@code roboflow} language, the Simple function {@code detects}, and a predicate
 * for routes in Java. They find the result, warn about classes and confidences that the model does not have, and
 * prevent a route with an invalid condition from starting. The package {@code condition} defines the meaning of a
 * condition.
 */
package io.github.camelroboflow.condition.camel;
