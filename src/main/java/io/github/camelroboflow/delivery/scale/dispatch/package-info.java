/** The dispatcher, which finds and claims images and sends references to them; one of several programs dispatches at a time. */
package io.github.camelroboflow.delivery.scale.dispatch;
