/**
 * The bucket inbox: objects are listed or announced by events, downloaded into work, and moved, tagged or left in
 * place when the exchange ends.
 */
package io.github.camelroboflow.delivery.bucket;
