/**
 * Asks Roboflow's servers over HTTP: its cloud, its older hosts, dedicated deployments and servers of one's own. Holds the client
 * that all requests go through, with its deadlines, retries, rate and breaker, and what is sent and received for models, workflows
 * and uploads.
 */
package io.github.camelroboflow.hosted;
