/** Requests to a bucket of any cloud, with error messages that say what to do. A cloud is one {@code ObjectStore}. */
package io.github.camelroboflow.delivery.bucket.client;
