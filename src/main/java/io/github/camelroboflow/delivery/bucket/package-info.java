/**
 * The bucket inbox. Listings or events announce the objects; they are downloaded into work, and moved, tagged or left in place when
 * the exchange ends.
 */
package io.github.camelroboflow.delivery.bucket;
