/**
 * The delivery database: an H2 file that is checked for damage, or a server such as PostgreSQL. The outbox, the
 * deduplication and the memory of finished bucket objects keep their rows in it.
 */
package io.github.camelroboflow.delivery.database;
