/**
 * The {@code roboflow-server:} component, the only consumer. It converts each request to a
 * {@link io.github.camelroboflow.server.RoboflowServer} to a message for its route, and the result of the route to the answer.
 */
package io.github.camelroboflow.component.server;
