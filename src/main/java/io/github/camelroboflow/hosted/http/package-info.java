/**
 * Sends calls to one of Roboflow's servers: settings, connection limits, deadline, rate limit, retries and circuit
 * breaker. Turns error responses into the exceptions of inference.
 */
package io.github.camelroboflow.hosted.http;
