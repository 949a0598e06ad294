/**
 * Requests to an S3 bucket, with errors that tell the operator what to do.
 */
package io.github.camelroboflow.delivery.bucket.client;
