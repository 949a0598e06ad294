/**
 * Speaks Roboflow's HTTP protocol to its clients: reads requests within limits, checks keys, writes answers and errors as
 * Roboflow's own server does. What runs the models is behind {@link io.github.camelroboflow.server.ModelService};
 * {@link io.github.camelroboflow.server.RoboflowServer} is the way in.
 */
package io.github.camelroboflow.server;
