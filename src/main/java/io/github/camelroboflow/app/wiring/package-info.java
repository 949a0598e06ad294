/** Binds the beans that routes use to the registry, and adds the route that they deliver by. Beans of an operator's own win. */
package io.github.camelroboflow.app.wiring;
