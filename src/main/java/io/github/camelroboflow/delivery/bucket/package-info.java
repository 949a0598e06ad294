/**
 * Images from an S3 bucket, listed or told of by event notifications: each is downloaded into {@code work}, and its object is
 * moved, tagged or left in place when the exchange ends, so that it is neither lost nor taken again. Knows nothing of models and
 * routes.
 */
package io.github.camelroboflow.delivery.bucket;
