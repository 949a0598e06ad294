/**
 * Runs models on Roboflow's servers over HTTP: its cloud, its older hosts, dedicated deployments and self-hosted
 * servers. This package holds the engine; its sub-packages hold the HTTP client ({@code http}), the inference requests
 * ({@code inference}), the download of model packages ({@code weights}), dataset uploads ({@code upload}) and workflows
 * ({@code workflow}).
 */
package io.github.camelroboflow.hosted;
