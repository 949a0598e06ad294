/**
 * The HTTP client that all who ask other servers are built on: the one place for the limits of what an answer may take of us in
 * lines, headers and time, for trust in certificates, and for going on after an Error.
 */
package io.github.camelroboflow.http;
