/**
 * The scheme {@code roboflow-server:}: the one consumer. Makes of each request to a
 * {@link io.github.camelroboflow.server.RoboflowServer} a message for its route, and of what the route returns the answer.
 */
package io.github.camelroboflow.component.server;
