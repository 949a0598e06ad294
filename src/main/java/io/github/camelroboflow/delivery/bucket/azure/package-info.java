/** The adapter for containers of Azure Blob Storage, and for the storage queues of their events. */
package io.github.camelroboflow.delivery.bucket.azure;
