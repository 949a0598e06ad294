/**
 * The page of the program in a browser, and its health and metrics over HTTP. Serves static files and small JSON, and draws
 * pictures on threads of its own. {@link io.github.camelroboflow.app.page.Page} starts it.
 */
package io.github.camelroboflow.app.page;
