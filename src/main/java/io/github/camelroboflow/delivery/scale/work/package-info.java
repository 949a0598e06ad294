/**
 * The role work: takes references to images from a topic of Kafka, at most as many as it can hold, and commits an offset when the
 * image is delivered or has failed and the table of claims says so.
 */
package io.github.camelroboflow.delivery.scale.work;
