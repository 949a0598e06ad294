/**
 * Extensions of Camel's routes: the route policy and the poll strategy for outages, listeners, and jobs that run
 * once.
 */
package io.github.camelroboflow.delivery.route;
