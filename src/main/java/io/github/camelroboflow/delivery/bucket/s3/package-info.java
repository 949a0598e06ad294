/** The adapter for buckets of S3, and of other servers that speak as S3 does. */
package io.github.camelroboflow.delivery.bucket.s3;
