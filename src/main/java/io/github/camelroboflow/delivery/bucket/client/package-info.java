/** Requests to an S3 bucket, with error messages that say what to do. */
package io.github.camelroboflow.delivery.bucket.client;
