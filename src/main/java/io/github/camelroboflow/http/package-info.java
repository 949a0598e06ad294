/**
 * The HTTP client for all requests to other servers. It is the one place that limits the lines, headers and time of a
 * response, checks certificates, and recovers from an Error. Clients of other protocols get their sockets here.
 */
package io.github.camelroboflow.http;
