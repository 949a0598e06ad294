/**
 * Speaks Roboflow's HTTP protocol with its clients: reads requests within limits, checks keys, writes responses and errors as
 * Roboflow's own server does. Start with {@link io.github.camelroboflow.server.RoboflowServer}; the models are behind
 * {@link io.github.camelroboflow.server.ModelService}.
 */
package io.github.camelroboflow.server;
